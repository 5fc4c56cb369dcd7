"""Published sets of policies: who, when, why and what changed; compared with others, and published again."""

from itertools import pairwise
from typing import Any

from django.conf import settings
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
from events.admin.shown import badge
from events.models import PiiPolicySet
from events.pii.admin.drafts import snapshot_of
from events.pii.admin.publishing import SHOWN_CHANGES, tried
from events.pii.admin.wording import Line, doings, environments, lines, path_text
from events.pii.publishing import publish
from events.publishing.errors import PublishError

KINDS = ("added", "removed", "changed")
NEWEST = PiiPolicySet.objects.order_by("-version").values("version")[:1]


@admin.register(PiiPolicySet)
class PiiPolicySetAdmin(AuditedPages, ReadOnlyAdmin):
    audit_subject = publish.PUBLICATION.subject
    list_display = ("shown_version", "standing", "published_at", "who", "note", "changed", "policies")
    list_display_links = ("shown_version",)
    list_select_related = ("published_by", "published_by_key")
    list_per_page = 25
    sortable_by = ()
    fieldsets = (
        (None, {"fields": ("shown_version", "standing", "published_at", "who", "note", "restored_from")}),
        ("Compared with the one before", {"fields": ("since_previous",)}),
        ("Compared with the newest", {"fields": ("until_newest",)}),
        ("Policies, in the order they are tried", {"fields": ("shown_policies",)}),
    )
    readonly_fields = ("shown_version", "standing", "who", "since_previous", "until_newest", "shown_policies")
    actions_detail = ("rollback",)
    empty_note = "Nothing is published yet: everywhere, what is usual in the environment is done. Publish the policies."

    class Media:
        css = {"all": ("controlplane/schemas.css", "controlplane/pii.css")}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(newest=Subquery(NEWEST))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With what each set changed: the one before the last of the page is read as well."""
        changelist = super().get_changelist_instance(request)
        sets = list(changelist.result_list)
        before = [_previous(sets[-1])] if sets else []
        for one, previous in pairwise([*sets, *before]):
            vars(one)["changes"] = lines(snapshot_of(previous), one.snapshot)
        return changelist

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The newest is not compared with itself."""
        own = obj is not None and obj.version == vars(obj)["newest"]
        return [one for one in self.fieldsets if not (own and "until_newest" in one[1]["fields"])]

    @admin.display(description="Version", ordering="version")
    def shown_version(self, one: PiiPolicySet) -> str:
        return str(one)

    @admin.display(description="Status")
    def standing(self, one: PiiPolicySet) -> SafeString | str:
        return badge("in use") if one.version == vars(one)["newest"] else "replaced"

    @admin.display(description="Published by")
    def who(self, one: PiiPolicySet) -> str:
        if one.published_by_key:
            return f"API key {one.published_by_key}"
        return str(one.published_by or "a command")

    @admin.display(description="What changed")
    def changed(self, one: PiiPolicySet) -> str:
        again = f"v{one.restored_from} again: " if one.restored_from else ""
        return f"{again}{_counted(vars(one)['changes'])}"

    @admin.display(description="Policies")
    def policies(self, one: PiiPolicySet) -> int:
        return len(one.snapshot["policies"])

    @admin.display(description="Difference")
    def since_previous(self, one: PiiPolicySet) -> SafeString:
        return _difference(_previous(one), one)

    @admin.display(description="Difference")
    def until_newest(self, one: PiiPolicySet) -> SafeString:
        return _difference(one, PiiPolicySet.objects.newest())

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

    def has_publish_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return request.user.has_perm("events.publish_piipolicy")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What is in use cannot be rolled back to."""
        newest = PiiPolicySet.objects.newest()
        return super().get_actions_detail(request, object_id) if newest and str(newest.pk) != str(object_id) else []

    @action(description="Roll back to this version", permissions=["publish"])  # type: ignore[untyped-decorator]
    def rollback(self, request: HttpRequest, object_id: str) -> HttpResponse:
        old = found_or_404(self, request, object_id)
        form = PublishForm(request.POST or None)
        if form.is_valid():
            try:
                new = publish.rollback(
                    old.version, note=form.cleaned_data["note"], by=user_of(request), upon=compared_version(request)
                )
            except PublishError as error:
                form.add_error(None, [problem.message for problem in error.problems])
            else:
                messages.success(request, f"{old} is published again as {new}. The policies stay as they are edited.")
                return redirect("admin:events_piipolicyset_change", new.pk)
        newest = PiiPolicySet.objects.newest()
        return ask(
            self, request, title=f"Roll back to {old}", form=form, template="events/pii/policy/publish.html",
            verb="Roll back", original=old, **_rolling_back(request, old, newest),
        )  # fmt: skip


def _rolling_back(request: HttpRequest, old: PiiPolicySet, newest: PiiPolicySet | None) -> dict[str, Any]:
    changes, problems = lines(snapshot_of(newest), old.snapshot), publish.problems_of(old.snapshot)
    test = tried(old.snapshot) if changes and not problems else None
    return {
        "newest": newest,
        "changes": changes,
        "policies": old.snapshot["policies"],
        "problems": problems,
        "test": test,
        "shown_changes": test.changes[:SHOWN_CHANGES] if test else (),
        # Not `environment`: that is the mark at the head of every page.
        "tried_in": settings.ENVIRONMENT,
        "sees_events": request.user.has_perm("events.view_outboxentry"),
        "nothing_to_do": not publish.differs(newest, old.snapshot) or bool(problems),
        "hidden": [compared_with(newest)],
    }


def _previous(one: PiiPolicySet) -> PiiPolicySet | None:
    return PiiPolicySet.objects.filter(version__lt=one.version).first()


def _difference(before: PiiPolicySet | None, after: PiiPolicySet | None) -> SafeString:
    changes = lines(snapshot_of(before), snapshot_of(after))
    return render_to_string("events/pii/policy/difference.html", {"changes": changes})


def _counted(changes: list[Line]) -> str:
    """In a few words: which policies, and how."""
    words = {kind: list(dict.fromkeys(one.policy for one in changes if one.kind == kind)) for kind in KINDS}
    return "; ".join(f"{kind} {', '.join(names)}" for kind, names in words.items() if names) or "nothing"
