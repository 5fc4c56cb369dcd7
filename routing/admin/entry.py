"""Accepted events, with what became of them."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from events.models import OutboxEntry
from routing.admin.base import HotTableAdmin
from routing.admin.delivery import DeliveryInline
from routing.entry_state import entry_state

SHOWN_CHARACTERS = 20_000


@admin.register(OutboxEntry)
class OutboxEntryAdmin(HotTableAdmin):
    list_display = ("uuid", "state", "type", "source", "subject", "tenant", "accepted_at")
    fields = (
        "uuid", "state", "sequence", "tenant", "event_id", "source", "type", "subject", "time", "datacontenttype",
        "dataschema", "extensions", "partitionkey", "accepted_at", "data_base64", "shown_data",
    )  # fmt: skip
    readonly_fields = ("state", "shown_data")
    search_fields = ("uuid",)
    search_help_text = "The UUID of the entry."
    ordering = ("-sequence",)
    inlines = (DeliveryInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        entries = super().get_queryset(request).select_related("pending", "unrouted")
        return entries.prefetch_related("deliveries").defer("data", "fingerprint")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OutboxEntry], search_term: str
    ) -> tuple[QuerySet[OutboxEntry], bool]:
        """By UUID, whole: anything else would read the table."""
        if not search_term.strip():
            return queryset, False
        try:
            return queryset.filter(uuid=UUID(search_term.strip())), False
        except ValueError:
            return queryset.none(), False

    @admin.display(description="State")
    def state(self, entry: OutboxEntry) -> str:
        return entry_state(entry)

    @admin.display(description="Data")
    def shown_data(self, entry: OutboxEntry) -> str:
        data = entry.data or ""
        return data if len(data) <= SHOWN_CHARACTERS else f"{data[:SHOWN_CHARACTERS]}... ({len(data)} characters)"
