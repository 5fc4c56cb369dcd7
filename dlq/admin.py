"""Dead letters: what could not be delivered, to be redriven or discarded by a person."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action

from dlq.discard import discard
from dlq.models import DeadLetter
from dlq.redrive import redrive
from routing.admin.base import HotTableAdmin, NoteForm, actor, ask
from routing.admin.delivery import DeliveryAdmin, shown_entry, shown_tries


@admin.register(DeadLetter)
class DeadLetterAdmin(HotTableAdmin):
    list_display = ("id", "shown_entry", "destination", "error_class", "error", "attempts", "finished_at")
    list_select_related = ("destination", "entry")
    list_filter = ("destination",)
    fields = DeliveryAdmin.fields
    readonly_fields = ("shown_tries", "shown_entry")
    ordering = ("-finished_at",)
    actions = ("redrive", "discard")
    shown_tries = shown_tries
    shown_entry = shown_entry

    def get_queryset(self, request: HttpRequest) -> Any:
        dead = super().get_queryset(request).filter(state=DeadLetter.State.DEAD)
        return dead.defer("entry__data", "entry__extensions")

    def has_redrive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dlq.redrive_deadletter")

    def has_discard_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dlq.discard_deadletter")

    @action(description="Redrive", permissions=["redrive"])  # type: ignore[untyped-decorator]
    def redrive(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> None:
        taken = redrive(_ids(queryset), by=actor(request))
        messages.success(request, f"{taken} dead letters are on their way again.")

    @action(description="Discard", permissions=["discard"])  # type: ignore[untyped-decorator]
    def discard(self, request: HttpRequest, queryset: QuerySet[DeadLetter]) -> HttpResponse | None:
        form = NoteForm(request.POST if "confirmed" in request.POST else None)
        if not form.is_valid():
            ids = [("_selected_action", pk) for pk in _ids(queryset)]
            hidden = [("action", "discard"), ("confirmed", "1"), *ids]
            return ask(self, request, title="Discard dead letters", form=form, verb="Discard", hidden=hidden)
        taken = discard(_ids(queryset), reason=form.cleaned_data["note"], by=actor(request))
        messages.success(request, f"{taken} dead letters are discarded.")
        return None


def _ids(queryset: QuerySet[DeadLetter]) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))
