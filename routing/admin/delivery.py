"""Deliveries: a read-only search over all of them, and the page of one."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from events.admin.base import HotTableAdmin
from events.admin.shown import badge
from routing.models import Delivery
from routing.rule_names import rule_names
from routing.search.find import find_deliveries
from routing.search.page import Found, search_page
from routing.search.qualifiers import EventQuery
from routing.visible import visible


@admin.display(description="Failed attempts")
def shown_tries(_admin: Any, delivery: Delivery) -> SafeString:
    lines = [
        (
            one.number,
            f"{one.at:%Y-%m-%d %H:%M:%S %Z}",
            one.outcome,
            one.error_class,
            visible(one.error),
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


@admin.display(description="Error")
def shown_error(_admin: Any, delivery: Delivery) -> str:
    return visible(delivery.error or "")


@admin.display(description="Duplicate")
def shown_duplicate(_admin: Any, delivery: Delivery) -> str:
    if delivery.duplicate:
        return "yes: the broker already held it, for an earlier try had arrived"
    return "perhaps: sent again after an unanswered try" if delivery.possible_duplicate else "no"


class DeliveryPages(HotTableAdmin):
    """What the pages of deliveries and of dead letters have in common."""

    list_select_related = ("destination", "entry")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "shown_entry", "shown_uuid", "destination", "shown_state", "attempts", "receipt", "error_class",
                    "shown_error", "shown_tries", "shown_rule",
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
    readonly_fields = (
        "shown_tries",
        "shown_error",
        "shown_entry",
        "shown_uuid",
        "shown_state",
        "shown_rule",
        "shown_duplicate",
    )
    shown_tries = shown_tries
    shown_entry = shown_entry
    shown_uuid = shown_uuid
    shown_state = shown_state
    shown_rule = shown_rule
    shown_duplicate = shown_duplicate
    shown_error = shown_error


@admin.register(Delivery)
class DeliveryAdmin(DeliveryPages):
    empty_note = "Nothing has been delivered yet: post an event that a published rule matches."

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = search_page(request, _find, unrouted=False)
        shown = {"page": page, "rows": page.rows, "title": "Deliveries", "empty": self.empty_note}
        context = {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        status = 400 if page.error else 200
        return TemplateResponse(request, "routing/event/deliveries.html", context, status=status)


def _find(query: EventQuery, before: int | None, limit: int) -> Found:
    found = find_deliveries(query, tenant=None, before=before, limit=limit)
    return found.deliveries, found.before, found.searched_back_to
