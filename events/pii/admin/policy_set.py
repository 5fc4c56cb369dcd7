"""Published sets of policies."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from events.admin.published import PublishedAdmin
from events.models import PiiPolicySet, Published
from events.pii.admin.publishing import SHOWN_CHANGES, tried
from events.pii.admin.wording import doings, environments, lines, path_text
from events.pii.publishing import publish
from events.publishing.publication import Snapshot

KINDS = ("added", "removed", "changed")


@admin.register(PiiPolicySet)
class PiiPolicySetAdmin(PublishedAdmin):
    publication = publish.PUBLICATION
    audit_subject = publish.PUBLICATION.subject
    publish_permission = "events.publish_piipolicy"
    publish_template = "events/pii/policy/publish.html"
    effect = "The policies stay as they are edited."
    fieldsets = (
        *PublishedAdmin.fieldsets,
        ("Policies, in the order they are tried", {"fields": ("shown_policies",)}),
    )
    readonly_fields = (*PublishedAdmin.readonly_fields, "shown_policies")
    empty_note = "Nothing is published yet: everywhere, what is usual in the environment is done. Publish the policies."

    class Media:
        css = {"all": ("controlplane/schemas.css", "controlplane/pii.css")}

    @admin.display(description="Policies")
    def size(self, one: PiiPolicySet) -> int:
        return len(one.snapshot["policies"])

    @admin.display(description="Policies")
    def shown_policies(self, one: PiiPolicySet) -> SafeString:
        policies = [
            {
                **raw, "where": environments(raw["environments"]), "doings": doings(raw),
                "lines": [*map(path_text, raw["paths"])],
            }
            for raw in one.snapshot["policies"]
        ]  # fmt: skip
        return render_to_string("events/pii/policy/published.html", {"policies": policies})

    def in_words(self, before: Snapshot, after: Snapshot) -> str:
        """Which policies, and how."""
        changes = lines(before, after)
        words = {kind: list(dict.fromkeys(one.policy for one in changes if one.kind == kind)) for kind in KINDS}
        return "; ".join(f"{kind} {', '.join(names)}" for kind, names in words.items() if names) or "nothing"

    def difference(self, before: Published | None, after: Published | None) -> SafeString:
        changes = lines(self.snapshot_of(before), self.snapshot_of(after))
        return render_to_string("events/pii/policy/difference.html", {"changes": changes})

    def rolling_back(self, request: HttpRequest, old: Any, newest: Any) -> dict[str, Any]:
        changes, problems = lines(self.snapshot_of(newest), old.snapshot), publish.problems_of(old.snapshot)
        test = tried(old.snapshot) if changes and not problems else None
        return {
            "changes": changes,
            "policies": old.snapshot["policies"],
            "problems": problems,
            "test": test,
            "shown_changes": test.changes[:SHOWN_CHANGES] if test else (),
            # Not `environment`: that is the mark at the head of every page.
            "tried_in": settings.ENVIRONMENT,
            "sees_events": request.user.has_perm("events.view_outboxentry"),
            "nothing_to_do": not publish.differs(newest, old.snapshot) or bool(problems),
        }
