"""Events that no rule wanted, and putting them back before the relay once the rules are fixed."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import action

from routing.admin.base import HotTableAdmin, ask
from routing.models import Unrouted
from routing.route_again import route_again


@admin.register(Unrouted)
class UnroutedAdmin(HotTableAdmin):
    list_display = ("entry", "type", "source", "table_version", "since")
    list_select_related = ("entry",)
    ordering = ("-entry_id",)
    actions = ("route_again",)
    actions_list = ("route_all_again",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("entry__data", "entry__extensions", "entry__fingerprint")

    @admin.display(description="Type")
    def type(self, row: Unrouted) -> str:
        return row.entry.type

    @admin.display(description="Source")
    def source(self, row: Unrouted) -> str:
        return row.entry.source

    def has_route_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("routing.change_unrouted")

    @action(description="Route again", permissions=["route"])  # type: ignore[untyped-decorator]
    def route_again(self, request: HttpRequest, queryset: QuerySet[Unrouted]) -> None:
        moved = route_again(queryset.order_by().values_list("pk", flat=True))
        messages.success(request, f"{moved} events are routed again.")

    @action(description="Route all again", permissions=["route"])  # type: ignore[untyped-decorator]
    def route_all_again(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return ask(self, request, title="Route all unrouted events again", form=forms.Form(), verb="Route again")
        messages.success(request, f"{route_again()} events are routed again.")
        return redirect("admin:routing_unrouted_changelist")
