"""Deliveries: a read-only list by state and destination, and the same as an inline of their entry."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from routing.admin.base import HotTableAdmin
from routing.models import Delivery

WAITING = {Delivery.State.PENDING.value, Delivery.State.DEAD.value}


@admin.display(description="Tries")
def shown_tries(_admin: Any, delivery: Delivery) -> SafeString:
    lines = [
        (one.number, f"{one.at:%Y-%m-%d %H:%M:%S}", one.outcome, one.error_class, one.error, one.duration_seconds)
        for one in delivery.tries.all()
    ]
    return format_html_join("", "<div>{}. {} {} {}: {} ({} s)</div>", lines)


@admin.display(description="Event")
def shown_entry(_admin: Any, delivery: Delivery) -> SafeString:
    address = reverse("admin:events_outboxentry_change", args=[delivery.entry_id])
    return format_html('<a href="{}">{}</a>', address, delivery.entry)


class DeliveryInline(TabularInline):  # type: ignore[misc]
    model = Delivery
    fields = (
        "destination",
        "state",
        "attempts",
        "receipt",
        "next_attempt_at",
        "rule_id",
        "table_version",
        "shown_tries",
    )
    readonly_fields = fields
    extra = 0
    show_change_link = True
    shown_tries = shown_tries

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("destination").prefetch_related("tries")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(HotTableAdmin):
    list_display = (
        "id",
        "shown_entry",
        "destination",
        "state",
        "attempts",
        "error_class",
        "next_attempt_at",
        "finished_at",
    )
    list_select_related = ("destination", "entry")
    list_filter = ("state", "destination")
    fields = (
        "shown_entry", "destination", "state", "attempts", "receipt", "duplicate", "possible_duplicate", "error_class",
        "error", "shown_tries", "rule_id", "table_version", "created_at", "next_attempt_at", "first_failed_at",
        "ambiguous_since", "finished_at", "partitionkey", "shard", "fallbacks",
    )  # fmt: skip
    readonly_fields = ("shown_tries", "shown_entry")
    shown_tries = shown_tries
    shown_entry = shown_entry

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Newest first. The few that wait have an index of their own, which an order by id would tempt away from."""
        return ("-created_at",) if request.GET.get("state__exact") in WAITING else ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("entry__data", "entry__extensions")
