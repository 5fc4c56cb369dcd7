"""Dead letters: what could not be delivered, to be redriven or discarded by a person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action

from dlq.admin.acts import DISCARD, REDRIVE
from dlq.admin.found import WINDOW, Page
from dlq.admin.many import ManyPages
from dlq.models import DeadLetter
from dlq.one import discard_one, redrive_one
from dlq.operations.subject import DEAD
from events.admin.base import ReasonForm, ask, found_or_404, user_of
from routing.admin.delivery import DeliveryPages
from routing.models import Delivery
from routing.search.find import DESTINATIONS, find_deliveries
from routing.search.qualifiers import EventQuery
from routing.visible import visible

GIVEN_UP = "Given up: the event stays to be seen, and is not sent to this destination any more."
SHOWN_CHARACTERS = 120
NO_BREAK = '<span class="whitespace-nowrap">{}</span>'


@admin.register(DeadLetter)
class DeadLetterAdmin(ManyPages, DeliveryPages):
    list_display = ("shown_type", "destination", "shown_why", "attempts", "shown_died", "shown_event")
    acts = (REDRIVE, DISCARD)
    actions = ("redrive", "discard")
    actions_detail = ("redrive_one", "discard_one")
    search_help_text = "dest:nats error:timeout type:*.created since:1h"
    empty_note = (
        "Nothing is dead. An event that a destination refuses for good, or too often, is kept here until somebody "
        "redrives or discards it."
    )

    def find(self, query: EventQuery, before: int | None) -> Page:
        found = find_deliveries(query, tenant=None, before=before, limit=WINDOW, states=DEAD)
        return Page(found.deliveries, found.before, found.searched_back_to)

    def place_of(self, row: Delivery) -> int:
        return row.entry_id * DESTINATIONS + row.destination_id

    def offered(self, rows: Sequence[Delivery]) -> list[tuple[str, str, list[str]]]:
        return [
            ("Destination", "dest", [row.destination.name for row in rows]),
            ("Error", "error", [row.error_class for row in rows if row.error_class]),
            ("Type", "type", [row.entry.type for row in rows]),
        ]

    @admin.display(description="Event type")
    def shown_type(self, letter: Delivery) -> str:
        return letter.entry.type

    @admin.display(description="Why it died")
    def shown_why(self, letter: Delivery) -> SafeString:
        text = visible(letter.error or "")
        cut = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."
        return format_html('<span title="{}"><strong>{}</strong> {}</span>', text, letter.error_class or "", cut)

    @admin.display(description="Died")
    def shown_died(self, letter: Delivery) -> SafeString | str:
        when = letter.finished_at
        return format_html(NO_BREAK, f"{when:%Y-%m-%d %H:%M:%S}") if when else ""

    @admin.display(description="Event")
    def shown_event(self, letter: Delivery) -> SafeString:
        address = reverse("admin:events_outboxentry_change", args=[letter.entry_id])
        shown = '<a class="text-link whitespace-nowrap" href="{}" title="{}">Its way</a>'
        return format_html(shown, address, letter.entry)

    def get_queryset(self, request: HttpRequest) -> Any:
        dead = super().get_queryset(request).filter(state=DeadLetter.State.DEAD)
        return dead.defer("entry__data", "entry__extensions")

    def has_redrive_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm(REDRIVE.permission)

    def has_discard_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm(DISCARD.permission)

    @action(description="Redrive", permissions=["redrive"])  # type: ignore[untyped-decorator]
    def redrive(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse:
        return self.ask_about(REDRIVE, queryset)

    @action(description="Discard", permissions=["discard"])  # type: ignore[untyped-decorator]
    def discard(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse:
        return self.ask_about(DISCARD, queryset)

    @action(description="Redrive", url_path="redrive", permissions=["redrive"])  # type: ignore[untyped-decorator]
    def redrive_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = found_or_404(self, request, object_id)
        if request.method != "POST":
            title, explanation = f"Redrive {letter}", "It goes to its destination again, with all its attempts."
            return ask(
                self, request, title=title, form=forms.Form(), verb="Redrive", original=letter, explanation=explanation
            )
        return self._done(request, f"On their way again: {redrive_one(letter.pk, by=user_of(request)):d}.")

    @action(description="Discard", url_path="discard", permissions=["discard"])  # type: ignore[untyped-decorator]
    def discard_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = found_or_404(self, request, object_id)
        form = ReasonForm(request.POST or None, label="Why", asks="Kept with the letter.")
        if not form.is_valid():
            title = f"Discard {letter}"
            return ask(self, request, title=title, form=form, verb="Discard", original=letter, explanation=GIVEN_UP)
        taken = discard_one(letter.pk, reason=form.cleaned_data["note"], by=user_of(request))
        return self._done(request, f"Discarded: {taken:d}.")

    def _done(self, request: HttpRequest, message: str) -> HttpResponse:
        messages.success(request, message)
        return redirect("admin:dlq_deadletter_changelist")
