"""Events that no rule wanted, and putting them back before the relay once the rules are fixed."""

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

from routing.admin.base import HotTableAdmin, ask
from routing.models import Unrouted
from routing.route_again import route_again


@admin.register(Unrouted)
class UnroutedAdmin(HotTableAdmin):
    list_display = ("shown_entry", "type", "source", "table_version", "since")
    list_display_links = None
    list_select_related = ("entry",)
    ordering = ("-entry_id",)
    actions = ("route_again",)
    actions_list = ("route_all_again",)
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

    def has_route_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("routing.route_unrouted")

    @action(description="Route again", permissions=["route"])  # type: ignore[untyped-decorator]
    def route_again(self, request: HttpRequest, queryset: QuerySet[Unrouted]) -> None:
        moved = route_again(queryset.order_by().values_list("pk", flat=True))
        messages.success(request, f"Routed again: {moved}.")

    @action(description="Route all again", permissions=["route"])  # type: ignore[untyped-decorator]
    def route_all_again(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return ask(self, request, title="Route all unrouted events again", form=forms.Form(), verb="Route again")
        messages.success(request, f"Routed again: {route_again()}.")
        return redirect("admin:routing_unrouted_changelist")
