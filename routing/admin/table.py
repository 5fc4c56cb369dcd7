"""Published routing tables."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.admin.published import PublishedAdmin
from events.admin.shown import preformatted
from events.models import Published
from events.publishing.errors import Problem
from events.publishing.publication import Snapshot
from routing import publish_table
from routing.admin.publishing import lines
from routing.models import RoutingTable
from routing.wording import differences, filters_text, summary


@admin.register(RoutingTable)
class RoutingTableAdmin(PublishedAdmin):
    publication = publish_table.PUBLICATION
    audit_subject = publish_table.PUBLICATION.subject
    publish_permission = "routing.add_routingtable"
    publish_template = "routing/publish.html"
    effect = "Running workers take it within half a second."
    fieldsets = (
        *PublishedAdmin.fieldsets,
        ("Rules, in the order they are tried", {"fields": ("shown_rules",)}),
        ("Snapshot", {"fields": ("shown_snapshot",), "classes": ("collapse",)}),
    )
    readonly_fields = (*PublishedAdmin.readonly_fields, "shown_rules", "shown_snapshot")
    empty_note = "Nothing is published yet, so workers route nothing: add rules and publish them."

    @admin.display(description="Rules")
    def size(self, table: RoutingTable) -> int:
        return len(table.snapshot["rules"])

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

    def in_words(self, before: Snapshot, after: Snapshot) -> str:
        return summary(differences(before, after))

    def difference(self, before: Published | None, after: Published | None) -> SafeString:
        changes = differences(self.snapshot_of(before), self.snapshot_of(after))
        return render_to_string("routing/difference.html", {"changes": changes, "before": before, "after": after})

    def rolling_back(self, request: HttpRequest, old: Any, newest: Any) -> dict[str, Any]:
        return {
            "changes": differences(self.snapshot_of(newest), old.snapshot),
            "nothing_to_do": not publish_table.differs(newest, old.snapshot),
        }

    def wrong(self, problems: Sequence[Problem]) -> Sequence[str]:
        return lines(problems)
