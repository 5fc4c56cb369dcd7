"""Dead letters: what could not be delivered, to be redriven or discarded by a person."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from unfold.decorators import action

from dlq.discard import discard
from dlq.models import DeadLetter
from dlq.redrive import redrive
from routing.admin.base import NoteForm, actor, ask
from routing.admin.delivery import DeliveryPages

GIVEN_UP = "Given up: the event stays to be seen, and is not sent to this destination any more."


@admin.register(DeadLetter)
class DeadLetterAdmin(DeliveryPages):
    list_display = ("id", "shown_entry", "destination", "error_class", "error", "attempts", "finished_at")
    list_filter = ("destination",)
    ordering = ("-finished_at",)
    actions = ("redrive", "discard")
    actions_detail = ("redrive_one", "discard_one")
    empty_note = (
        "Nothing is dead. An event that a destination refuses for good, or too often, is kept here until somebody "
        "redrives or discards it."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        dead = super().get_queryset(request).filter(state=DeadLetter.State.DEAD)
        return dead.defer("entry__data", "entry__extensions")

    def has_redrive_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("dlq.redrive_deadletter")

    def has_discard_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("dlq.discard_deadletter")

    @action(description="Redrive", permissions=["redrive"])  # type: ignore[untyped-decorator]
    def redrive(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        taken = redrive(_ids(queryset), by=actor(request))
        messages.success(request, f"On their way again: {taken}.")

    @action(description="Discard", permissions=["discard"])  # type: ignore[untyped-decorator]
    def discard(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse | None:
        ids = _ids(queryset)
        form = NoteForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            hidden = [("action", "discard"), ("confirmed", "1"), *(("_selected_action", pk) for pk in ids)]
            return ask(
                self,
                request,
                title=f"Discard: {len(ids)}",
                form=form,
                verb="Discard",
                hidden=hidden,
                explanation=GIVEN_UP,
            )
        taken = discard(ids, reason=form.cleaned_data["note"], by=actor(request))
        messages.success(request, f"Discarded: {taken}.")
        return None

    @action(description="Redrive", url_path="redrive", permissions=["redrive"])  # type: ignore[untyped-decorator]
    def redrive_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = get_object_or_404(self.get_queryset(request), pk=object_id)
        if request.method != "POST":
            title, explanation = f"Redrive {letter}", "It goes to its destination again, with all its attempts."
            return ask(
                self, request, title=title, form=forms.Form(), verb="Redrive", original=letter, explanation=explanation
            )
        return self._done(request, f"On their way again: {redrive([letter.pk], by=actor(request))}.")

    @action(description="Discard", url_path="discard", permissions=["discard"])  # type: ignore[untyped-decorator]
    def discard_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        letter = get_object_or_404(self.get_queryset(request), pk=object_id)
        form = NoteForm(request.POST or None)
        if not form.is_valid():
            title = f"Discard {letter}"
            return ask(self, request, title=title, form=form, verb="Discard", original=letter, explanation=GIVEN_UP)
        taken = discard([letter.pk], reason=form.cleaned_data["note"], by=actor(request))
        return self._done(request, f"Discarded: {taken}.")

    def _done(self, request: HttpRequest, message: str) -> HttpResponse:
        messages.success(request, message)
        return redirect("admin:dlq_deadletter_changelist")


def _ids(queryset: QuerySet[DeadLetter]) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))
