"""Published routing tables: who, when, why and what changed; compared with others, and published again."""

import json
from itertools import pairwise
from typing import Any

from django.contrib import admin, messages
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import action

from events.admin.audited import AuditedPages
from events.admin.base import ReadOnlyAdmin, ask, found_or_404, user_of
from events.admin.publishing import PublishForm, compared_version, compared_with
from events.admin.shown import badge, preformatted
from events.publishing.errors import PublishError
from routing import publish_table
from routing.admin.publishing import lines
from routing.models import RoutingTable
from routing.wording import differences, filters_text, summary

NEWEST = RoutingTable.objects.order_by("-version").values("version")[:1]
NOTHING: dict[str, Any] = {"rules": []}


@admin.register(RoutingTable)
class RoutingTableAdmin(AuditedPages, ReadOnlyAdmin):
    audit_subject = publish_table.PUBLICATION.subject
    list_display = ("shown_version", "standing", "published_at", "who", "note", "changed", "rules")
    list_display_links = ("shown_version",)
    list_select_related = ("published_by", "published_by_key")
    list_per_page = 25
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("shown_version", "standing", "published_at", "who", "note", "restored_from")}),
        ("Compared with the one before", {"fields": ("since_previous",)}),
        ("Compared with the newest", {"fields": ("until_newest",)}),
        ("Rules, in the order they are tried", {"fields": ("shown_rules",)}),
        ("Snapshot", {"fields": ("shown_snapshot",), "classes": ("collapse",)}),
    )
    readonly_fields = (
        "shown_version", "standing", "who", "since_previous", "until_newest", "shown_rules", "shown_snapshot",
    )  # fmt: skip
    actions_detail = ("rollback",)
    empty_note = "Nothing is published yet, so workers route nothing: add rules and publish them."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(newest=Subquery(NEWEST))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With what each table changed: the one before the last of the page is read as well."""
        changelist = super().get_changelist_instance(request)
        tables = list(changelist.result_list)
        before = [_previous(tables[-1])] if tables else []
        for table, previous in pairwise([*tables, *before]):
            vars(table)["changed"] = summary(differences(_snapshot(previous), table.snapshot))
        return changelist

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The newest is not compared with itself."""
        own = obj is not None and obj.version == vars(obj)["newest"]
        return [one for one in self.fieldsets if not (own and "until_newest" in one[1]["fields"])]

    @admin.display(description="Version", ordering="version")
    def shown_version(self, table: RoutingTable) -> str:
        return str(table)

    @admin.display(description="Status")
    def standing(self, table: RoutingTable) -> SafeString | str:
        return badge("in use") if table.version == vars(table)["newest"] else "replaced"

    @admin.display(description="Published by")
    def who(self, table: RoutingTable) -> str:
        if table.published_by_key:
            return f"API key {table.published_by_key}"
        return str(table.published_by or "a command")

    @admin.display(description="What changed")
    def changed(self, table: RoutingTable) -> str:
        restored = f"{table.restored_from and f'v{table.restored_from} again: '}" if table.restored_from else ""
        return f"{restored}{vars(table)['changed']}"

    @admin.display(description="Rules")
    def rules(self, table: RoutingTable) -> int:
        return len(table.snapshot["rules"])

    @admin.display(description="Difference")
    def since_previous(self, table: RoutingTable) -> SafeString:
        return _shown(_previous(table), table)

    @admin.display(description="Difference")
    def until_newest(self, table: RoutingTable) -> SafeString:
        return _shown(table, RoutingTable.objects.newest())

    @admin.display(description="Rules")
    def shown_rules(self, table: RoutingTable) -> SafeString:
        rules = [
            {**rule, "goes_on": rule["continue"], "reading": filters_text(rule["filters"]) if rule["filters"] else ""}
            for rule in table.snapshot["rules"]
        ]
        return render_to_string("routing/rules.html", {"rules": rules})

    @admin.display(description="Snapshot")
    def shown_snapshot(self, table: RoutingTable) -> SafeString:
        return preformatted(json.dumps(table.snapshot, indent=2, ensure_ascii=False))

    def has_publish_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return request.user.has_perm("routing.add_routingtable")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What is in use cannot be rolled back to."""
        newest = RoutingTable.objects.newest()
        return super().get_actions_detail(request, object_id) if newest and str(newest.pk) != str(object_id) else []

    @action(description="Roll back to this version", permissions=["publish"])  # type: ignore[untyped-decorator]
    def rollback(self, request: HttpRequest, object_id: str) -> HttpResponse:
        old = found_or_404(self, request, object_id)
        newest = RoutingTable.objects.newest()
        changes = differences(_snapshot(newest), old.snapshot)
        form = PublishForm(request.POST or None)
        if form.is_valid():
            try:
                new = publish_table.rollback(
                    old.version, note=form.cleaned_data["note"], by=user_of(request), upon=compared_version(request)
                )
            except PublishError as error:
                form.add_error(None, lines(error.problems))
            else:
                messages.success(
                    request, f"{old} is published again as {new}. Running workers take it within half a second."
                )
                return redirect("admin:routing_routingtable_change", new.pk)
        return ask(
            self, request, title=f"Roll back to {old}", form=form, template="routing/publish.html",
            verb="Roll back", newest=newest, changes=changes, original=old,
            nothing_to_do=not publish_table.differs(newest, old.snapshot), hidden=[compared_with(newest)],
        )  # fmt: skip


def _previous(table: RoutingTable) -> RoutingTable | None:
    return RoutingTable.objects.filter(version__lt=table.version).first()


def _snapshot(table: RoutingTable | None) -> dict[str, Any]:
    return table.snapshot if table else NOTHING


def _shown(before: RoutingTable | None, after: RoutingTable | None) -> SafeString:
    changes = differences(_snapshot(before), _snapshot(after))
    return render_to_string("routing/difference.html", {"changes": changes, "before": before, "after": after})
