"""Revealing an event in the admin: asked for on its page, with a reason; the answer is shown once."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from events.admin.base import ReasonForm, ask, user_of
from events.admin.shown import indented
from events.envelope import CloudEvent
from events.envelope.attributes import is_json
from events.envelope.serialise import canonical
from events.models import OutboxEntry
from events.pii.admin.marked import unseen_shown
from events.pii.keys.errors import KeysUnavailableError
from events.pii.reveal import Shown, refuse, reveal

ASKS = "It stays on record, with your name and the places you see."


class RevealForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label="Why you need to see it", asks=ASKS, **kwargs)


def reveal_page(admin: Any, request: HttpRequest, sequence: int) -> HttpResponse:
    entry = _entry(admin, request, sequence)
    if request.method != "POST":
        # Whoever comes back to the address of an answer does not get it again.
        return redirect("admin:events_outboxentry_change", entry.pk)
    form = RevealForm(request.POST)
    if form.is_valid():
        try:
            shown = reveal(entry, reason=form.cleaned_data["note"], by=user_of(request))
        except KeysUnavailableError as error:
            form.add_error(None, f"Nothing was revealed: {error}. Try again in a moment.")
        else:
            return _answer(admin, request, entry, shown)
    return ask(admin, request, title=f"Reveal {entry.type}", form=form, verb="Reveal", original=entry)


def _entry(admin: Any, request: HttpRequest, sequence: int) -> OutboxEntry:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    entry = get_object_or_404(OutboxEntry.objects.defer("fingerprint"), pk=sequence)
    if not request.user.has_perm("events.reveal_pii"):
        refuse(entry.uuid, by=user_of(request))
        raise PermissionDenied
    return entry


def _answer(admin: Any, request: HttpRequest, entry: OutboxEntry, shown: Shown) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "original": entry,
        "title": "Revealed",
        "entry": entry,
        "shown": shown,
        "attributes": _attributes(shown),
        "data": _data(shown.event),
    }
    response = TemplateResponse(request, "events/pii/revealed.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _attributes(shown: Shown) -> list[tuple[str, str]]:
    """Those that were revealed; the others are on the event's page."""
    named = {path[1:] for path in shown.paths}
    values = shown.event.extensions.items()
    return [(name, unseen_shown(canonical(value))) for name, value in sorted(values) if name in named]


def _data(event: CloudEvent) -> str:
    data = event.data
    if isinstance(data, bytes):
        return unseen_shown(data.decode(errors="replace"))
    if data and is_json(event.datacontenttype):
        return unseen_shown(indented(data))
    return unseen_shown(data or "")
