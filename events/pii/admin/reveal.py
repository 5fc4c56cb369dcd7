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
from events.pii.reveal import AnsweredError, Shown, last_reveal, refuse, reveal

ASKS = "It stays on record, with your name and the places you see."
ANSWERED = (
    "You have been shown it once, for the reason you gave then. To see it again, say why again: that is recorded too."
)
LAST, DIGITS = "last", 19


class RevealForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label="Why you need to see it", asks=ASKS, **kwargs)


def reveal_page(admin: Any, request: HttpRequest, sequence: int) -> HttpResponse:
    entry = _entry(admin, request, sequence)
    if request.method != "POST":
        # Whoever comes back to the address of an answer does not get it again.
        return redirect("admin:events_outboxentry_change", entry.pk)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _ask(admin, request, entry, form)
    try:
        shown = reveal(entry, reason=form.cleaned_data["note"], by=user_of(request), last=_last(request))
    except AnsweredError:
        return _ask(admin, request, entry, RevealForm(), explanation=ANSWERED)
    except KeysUnavailableError as error:
        form.add_error(None, f"Nothing was revealed: {error}. Try again in a moment.")
        return _ask(admin, request, entry, form)
    return _answer(admin, request, entry, shown)


def _last(request: HttpRequest) -> int:
    """What the form was made after; whoever leaves it out is taken for somebody who has not seen it yet."""
    given = request.POST.get(LAST, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < DIGITS else 0


def _ask(admin: Any, request: HttpRequest, entry: OutboxEntry, form: RevealForm, **context: Any) -> HttpResponse:
    hidden = [(LAST, str(last_reveal(entry, by=user_of(request))))]
    title = f"Reveal {entry.type}"
    return ask(admin, request, title=title, form=form, verb="Reveal", original=entry, hidden=hidden, **context)


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
