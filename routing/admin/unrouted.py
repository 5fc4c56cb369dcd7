"""Events that no rule wanted. What can be done about them is `dlq`'s, whose page builds on this one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.admin.base import HotTableAdmin
from routing.models import Unrouted


class UnroutedPages(HotTableAdmin):
    list_display = ("type", "source", "shown_table", "shown_since", "shown_entry")
    list_display_links = None
    list_select_related = ("entry",)
    ordering = ("-entry_id",)
    empty_note = (
        "Every accepted event found a rule. One that no rule matches is kept here, until the rules are mended "
        "and published and the event is routed again."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("entry__data", "entry__extensions", "entry__fingerprint")

    @admin.display(description="Event")
    def shown_entry(self, row: Unrouted) -> SafeString:
        address = reverse("admin:events_outboxentry_change", args=[row.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', address, row.entry)

    @admin.display(description="Type")
    def type(self, row: Unrouted) -> str:
        return row.entry.type

    @admin.display(description="Source")
    def source(self, row: Unrouted) -> str:
        return row.entry.source

    @admin.display(description="By table")
    def shown_table(self, row: Unrouted) -> SafeString:
        address = reverse("admin:routing_routingtable_change", args=[row.table_version])
        return format_html('<a class="text-link" href="{}">v{}</a>', address, row.table_version)

    @admin.display(description="Since")
    def shown_since(self, row: Unrouted) -> str:
        return f"{row.since:%Y-%m-%d %H:%M:%S}"
