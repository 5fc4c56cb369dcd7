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
from routing.admin.shown import badge
from routing.models import Delivery
from routing.rule_names import rule_names

WAITING = {Delivery.State.PENDING.value, Delivery.State.DEAD.value}


@admin.display(description="Failed attempts")
def shown_tries(_admin: Any, delivery: Delivery) -> SafeString:
    lines = [
        (
            one.number,
            f"{one.at:%Y-%m-%d %H:%M:%S %Z}",
            one.outcome,
            one.error_class,
            one.error,
            f"{one.duration_seconds:.3g}",
        )
        for one in delivery.tries.all()
    ]
    return format_html_join("", "<div>{}. {} {} {}: {} ({} s)</div>", lines)


@admin.display(description="Event")
def shown_entry(_admin: Any, delivery: Delivery) -> SafeString:
    """In one line: a list on a narrow page has no room for another."""
    address = reverse("admin:events_outboxentry_change", args=[delivery.entry_id])
    return format_html('<a class="text-link" href="{}" title="{}">{}</a>', address, delivery.entry, delivery.entry.type)


@admin.display(description="Entry")
def shown_uuid(_admin: Any, delivery: Delivery) -> str:
    return str(delivery.entry)


@admin.display(description="State")
def shown_state(_admin: Any, delivery: Delivery) -> SafeString:
    return badge(delivery.state)


@admin.display(description="Rule")
def shown_rule(_admin: Any, delivery: Delivery) -> SafeString:
    """Its name, and the routing table that it had this name in."""
    name = rule_names([delivery]).get((delivery.table_version, delivery.rule_id), f"rule {delivery.rule_id}")
    address = reverse("admin:routing_routingtable_change", args=[delivery.table_version])
    return format_html('{}, <a class="text-link" href="{}">v{}</a>', name, address, delivery.table_version)


@admin.display(description="Duplicate")
def shown_duplicate(_admin: Any, delivery: Delivery) -> str:
    if delivery.duplicate:
        return "yes: the broker already held it, for an earlier try had arrived"
    return "perhaps: sent again after an unanswered try" if delivery.possible_duplicate else "no"


class DeliveryInline(TabularInline):  # type: ignore[misc]
    model = Delivery
    fields = ("shown_destination", "shown_state", "attempts", "receipt", "next_attempt_at", "shown_rule", "shown_tries")
    readonly_fields = fields
    extra = 0
    hide_title = True
    shown_state = shown_state
    shown_rule = shown_rule
    shown_tries = shown_tries

    @admin.display(description="Delivery to")
    def shown_destination(self, delivery: Delivery) -> SafeString:
        address = reverse("admin:routing_delivery_change", args=[delivery.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', address, delivery.destination)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("destination").prefetch_related("tries")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class DeliveryPages(HotTableAdmin):
    """What the pages of deliveries and of dead letters have in common."""

    list_select_related = ("destination", "entry")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "shown_entry", "shown_uuid", "destination", "shown_state", "attempts", "receipt", "error_class",
                    "error", "shown_tries", "shown_rule",
                )
            },
        ),
        (
            "When",
            {
                "fields": ("created_at", "first_failed_at", "ambiguous_since", "next_attempt_at", "finished_at"),
            },
        ),
        ("Duplicates and order", {"fields": ("shown_duplicate", "partitionkey", "shard", "fallbacks")}),
    )  # fmt: skip
    readonly_fields = ("shown_tries", "shown_entry", "shown_uuid", "shown_state", "shown_rule", "shown_duplicate")
    shown_tries = shown_tries
    shown_entry = shown_entry
    shown_uuid = shown_uuid
    shown_state = shown_state
    shown_rule = shown_rule
    shown_duplicate = shown_duplicate


@admin.register(Delivery)
class DeliveryAdmin(DeliveryPages):
    list_display = (
        "id",
        "shown_entry",
        "destination",
        "shown_state",
        "attempts",
        "error_class",
        "next_attempt_at",
        "finished_at",
    )
    list_filter = ("state", "destination")
    empty_note = "Nothing has been delivered yet: post an event that a published rule matches."

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Newest first. The few that wait have an index of their own, which an order by id would tempt away from."""
        return ("-created_at",) if request.GET.get("state__exact") in WAITING else ("-id",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("entry__data", "entry__extensions")
