"""Accepted events, with what became of them."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from events.envelope.attributes import is_json
from events.models import OutboxEntry
from routing.admin.base import HotTableAdmin
from routing.admin.delivery import DeliveryInline
from routing.admin.shown import badge, indented, preformatted
from routing.entry_state import entry_state

SHOWN_CHARACTERS = 20_000


@admin.register(OutboxEntry)
class OutboxEntryAdmin(HotTableAdmin):
    list_display = ("shown_uuid", "state", "type", "source", "subject", "tenant", "accepted_at")
    fieldsets = (
        (None, {"fields": ("shown_uuid", "state", "accepted_at", "tenant", "sequence")}),
        (
            "Event",
            {
                "fields": (
                    "event_id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
                    "shown_extensions", "shown_data",
                )
            },
        ),
    )  # fmt: skip
    readonly_fields = ("shown_uuid", "state", "shown_extensions", "shown_data")
    empty_note = "No event has been accepted yet. Post one to /api/v1/events with an API key."
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

    @admin.display(description="Entry")
    def shown_uuid(self, entry: OutboxEntry) -> str:
        return str(entry.uuid)

    @admin.display(description="State")
    def state(self, entry: OutboxEntry) -> SafeString:
        return badge(entry_state(entry))

    @admin.display(description="Extensions")
    def shown_extensions(self, entry: OutboxEntry) -> SafeString | str:
        return preformatted(indented(entry.extensions)) if entry.extensions != "{}" else ""

    @admin.display(description="Data")
    def shown_data(self, entry: OutboxEntry) -> SafeString | str:
        """Indented where it is JSON, and cut to what a page can show."""
        data = entry.data or ""
        if len(data) > SHOWN_CHARACTERS:
            return preformatted(f"{data[:SHOWN_CHARACTERS]}... ({len(data)} characters)")
        if entry.data_base64:
            return preformatted(f"base64: {data}")
        return preformatted(indented(data) if is_json(entry.datacontenttype) else data) if data else ""
