"""Published routing tables: to be read, compared with the newest, and published again."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import action

from routing import publish_table
from routing.admin.base import NoteForm, ReadOnlyAdmin, ask, user_of
from routing.admin.shown import badge, preformatted
from routing.matching.difference import difference
from routing.models import RoutingTable

NEWEST = RoutingTable.objects.order_by("-version").values("version")[:1]


@admin.register(RoutingTable)
class RoutingTableAdmin(ReadOnlyAdmin):
    list_display = ("version", "standing", "published_at", "published_by", "note", "restored_from", "rules")
    list_select_related = ("published_by",)
    fieldsets = (
        (None, {"fields": ("version", "standing", "published_at", "published_by", "note", "restored_from")}),
        ("Rules, in the order they are tried", {"fields": ("shown_rules",)}),
        ("Snapshot", {"fields": ("shown_snapshot",), "classes": ("collapse",)}),
    )
    readonly_fields = ("standing", "shown_rules", "shown_snapshot")
    actions_detail = ("rollback",)
    empty_note = "Nothing is published yet, so workers route nothing: add rules and publish them."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(newest=Subquery(NEWEST))

    @admin.display(description="Status")
    def standing(self, table: RoutingTable) -> SafeString | str:
        return badge("in use") if table.version == vars(table)["newest"] else ""

    @admin.display(description="Rules")
    def rules(self, table: RoutingTable) -> int:
        return len(table.snapshot["rules"])

    @admin.display(description="Rules")
    def shown_rules(self, table: RoutingTable) -> SafeString:
        return render_to_string("routing/rules.html", table.snapshot)

    @admin.display(description="Snapshot")
    def shown_snapshot(self, table: RoutingTable) -> SafeString:
        return preformatted(json.dumps(table.snapshot, indent=2, ensure_ascii=False))

    def has_publish_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return request.user.has_perm("routing.add_routingtable")

    @action(description="Roll back to this version", permissions=["publish"])  # type: ignore[untyped-decorator]
    def rollback(self, request: HttpRequest, object_id: str) -> HttpResponse:
        old = get_object_or_404(RoutingTable, pk=object_id)
        form = NoteForm(request.POST or None)
        if form.is_valid():
            try:
                new = publish_table.rollback(old.version, note=form.cleaned_data["note"], by=user_of(request))
            except publish_table.PublishError as error:
                form.add_error(None, [str(problem) for problem in error.problems])
            else:
                messages.success(request, f"{old} is published again as {new}.")
                return redirect("admin:routing_routingtable_change", new.pk)
        newest = RoutingTable.objects.newest()
        changes = difference(newest.snapshot if newest else {"rules": []}, old.snapshot)
        return ask(
            self, request, title=f"Roll back to {old}", form=form, template="publish",
            verb="Roll back", newest=newest, changes=changes, original=old,
            nothing_to_do=not changes,
        )  # fmt: skip
