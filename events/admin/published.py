"""Pages of what was published: who, when, why and what changed; compared with others, and published again."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from unfold.decorators import action

from events.admin.audited import AuditedPages
from events.admin.base import ReadOnlyAdmin, ask, found_or_404, user_of
from events.admin.publishing import PublishForm, compared_version, compared_with
from events.admin.shown import badge
from events.models import Published
from events.publishing.errors import Problem, PublishError
from events.publishing.publication import Publication, Snapshot


class PublishedAdmin(AuditedPages, ReadOnlyAdmin):
    """`effect` is said after a rollback, `publish_template` shows what one would do."""

    publication: ClassVar[Publication[Any]]
    publish_permission: ClassVar[str]
    publish_template: ClassVar[str]
    effect: ClassVar[str]

    list_display = ("shown_version", "standing", "published_at", "who", "note", "changed", "size")
    list_display_links = ("shown_version",)
    list_select_related = ("published_by", "published_by_key")
    list_per_page = 25
    sortable_by = ()
    fieldsets: tuple[Any, ...] = (
        (None, {"fields": ("shown_version", "standing", "published_at", "who", "note", "restored_from")}),
        ("Compared with the one before", {"fields": ("since_previous",)}),
        ("Compared with the newest", {"fields": ("until_newest",)}),
    )
    readonly_fields: tuple[str, ...] = ("shown_version", "standing", "who", "since_previous", "until_newest")
    actions_detail = ("rollback",)

    def in_words(self, before: Snapshot, after: Snapshot) -> str:
        """What changed, for a list."""
        raise NotImplementedError

    def difference(self, before: Published | None, after: Published | None) -> SafeString:
        """What changed, for a page."""
        raise NotImplementedError

    def rolling_back(self, request: HttpRequest, old: Any, newest: Any) -> dict[str, Any]:
        """What the page that asks shows."""
        raise NotImplementedError

    def wrong(self, problems: Sequence[Problem]) -> Sequence[str]:
        return [problem.message for problem in problems]

    def get_queryset(self, request: HttpRequest) -> Any:
        newest = self.publication.rows.order_by("-version").values("version")[:1]
        return super().get_queryset(request).annotate(newest=Subquery(newest))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With what each changed: the one before the last of the page is read as well."""
        changelist = super().get_changelist_instance(request)
        shown = list(changelist.result_list)
        before = [self.previous(shown[-1])] if shown else []
        for one, previous in pairwise([*shown, *before]):
            vars(one)["changed"] = self.in_words(self.snapshot_of(previous), one.snapshot)
        return changelist

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The newest is not compared with itself."""
        own = obj is not None and obj.version == vars(obj)["newest"]
        return [one for one in self.fieldsets if not (own and "until_newest" in one[1]["fields"])]

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What is in use cannot be rolled back to."""
        newest = self.publication.newest()
        return super().get_actions_detail(request, object_id) if newest and str(newest.pk) != str(object_id) else []

    def has_publish_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return request.user.has_perm(self.publish_permission)

    @admin.display(description="Version", ordering="version")
    def shown_version(self, one: Published) -> str:
        return str(one)

    @admin.display(description="Status")
    def standing(self, one: Published) -> SafeString | str:
        return badge("in use") if one.version == vars(one)["newest"] else "replaced"

    @admin.display(description="Published by")
    def who(self, one: Published) -> str:
        if one.published_by_key:
            return f"API key {one.published_by_key}"
        return str(one.published_by or "a command")

    @admin.display(description="What changed")
    def changed(self, one: Published) -> str:
        again = f"v{one.restored_from} again: " if one.restored_from else ""
        return f"{again}{vars(one)['changed']}"

    @admin.display(description="Difference")
    def since_previous(self, one: Published) -> SafeString:
        return self.difference(self.previous(one), one)

    @admin.display(description="Difference")
    def until_newest(self, one: Published) -> SafeString:
        return self.difference(one, self.publication.newest())

    @action(description="Roll back to this version", permissions=["publish"])  # type: ignore[untyped-decorator]
    def rollback(self, request: HttpRequest, object_id: str) -> HttpResponse:
        old = found_or_404(self, request, object_id)
        form = PublishForm(request.POST or None)
        if form.is_valid():
            try:
                return self._rolled_back(request, old, form.cleaned_data["note"])
            except PublishError as error:
                form.add_error(None, self.wrong(error.problems))
        newest = self.publication.newest()
        return ask(
            self, request, title=f"Roll back to {old}", form=form, template=self.publish_template, verb="Roll back",
            original=old, newest=newest, hidden=[compared_with(newest)], **self.rolling_back(request, old, newest),
        )  # fmt: skip

    def _rolled_back(self, request: HttpRequest, old: Published, note: str) -> HttpResponse:
        new = self.publication.rollback(old.version, note=note, by=user_of(request), upon=compared_version(request))
        messages.success(request, f"{old} is published again as {new}. {self.effect}")
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", new.pk)

    def snapshot_of(self, published: Published | None) -> Snapshot:
        snapshot: Snapshot = published.snapshot if published else self.publication.nothing
        return snapshot

    def previous(self, one: Published) -> Any:
        return self.publication.rows.filter(version__lt=one.version).first()
