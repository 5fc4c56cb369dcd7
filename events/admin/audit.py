"""Audit records: who did what to what, from what to what, why and when; read only, and each held against its chain."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.admin.audited import records_of
from events.admin.base import HotTableAdmin
from events.admin.names import names_of
from events.admin.shown import indented
from events.audit.verify import wrong_with_one
from events.models import AuditRecord
from events.pii.reveal import SUBJECT as EVENT
from events.schemas.admin.side_by_side import Side, side_by_side

LOOKED_AT = 10_000
"""The newest records, whose acts, subjects and actors are offered to filter by."""
NULL = json.dumps(None)


class MemberFilter(admin.SimpleListFilter):
    """By a member that has the same value in many records."""

    parameter_name: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        newest = AuditRecord.objects.values_list("number", flat=True).first() or 0
        recent = AuditRecord.objects.filter(number__gt=newest - LOOKED_AT).order_by(self.parameter_name)
        found = set(recent.values_list(self.parameter_name, flat=True).distinct())
        return self.worded({*found, *filter(None, [self.value()])})

    def worded(self, values: Iterable[str]) -> list[tuple[str, str]]:
        return [(value, value) for value in sorted(values)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
        return queryset.filter(**{self.parameter_name: self.value()}) if self.value() else queryset


class ActFilter(MemberFilter):
    title = parameter_name = "act"


class SubjectFilter(MemberFilter):
    title = parameter_name = "subject"


class ByFilter(MemberFilter):
    title = parameter_name = "by"

    def worded(self, values: Iterable[str]) -> list[tuple[str, str]]:
        known = list(values)
        names = names_of(known)
        return sorted(((one, names.get(one, one)) for one in known), key=lambda pair: pair[1].lower())


class SubjectIdFilter(MemberFilter):
    """Comes with a link from the subject's page, and can be taken back here."""

    title = "number of the subject"
    parameter_name = "subject_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return self.worded(filter(None, [self.value()]))


@admin.register(AuditRecord)
class AuditRecordAdmin(HotTableAdmin):
    list_display = ("number", "at", "shown_by", "act", "shown_subject", "reason")
    list_display_links = ("number", "act")
    list_filter = (ActFilter, SubjectFilter, SubjectIdFilter, ByFilter, ("at", admin.DateFieldListFilter))
    ordering = ("-number",)
    empty_note = (
        "Nothing is recorded yet. Whoever saves, publishes, redrives, discards, reveals or manages access leaves a "
        "record here, in the admin, over the API or by a command; nobody can change or remove it."
    )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        names = names_of(record.by for record in changelist.result_list)
        for record in changelist.result_list:
            vars(record)["by_name"] = names.get(record.by, record.by)
        return changelist

    @admin.display(description="By")
    def shown_by(self, record: AuditRecord) -> str:
        return str(vars(record)["by_name"])

    @admin.display(description="Subject")
    def shown_subject(self, record: AuditRecord) -> SafeString | str:
        if not record.subject_id:
            return record.subject
        address = records_of(record.subject, record.subject_id)
        text = f"{record.subject} {record.subject_id}"
        link = '<a class="text-link" href="{}" title="All records of it">{}</a> {}'
        return format_html(link, address, text, _called(record))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if record is None:
            messages.warning(request, "There is no such record.")
            return redirect("admin:events_auditrecord_changelist")
        context = {
            **self.admin_site.each_context(request), **_shown(record), "page": self._page_of(request, record),
            "opts": self.opts, "original": record,
        }  # fmt: skip
        return TemplateResponse(request, "events/audit/record.html", {**context, "title": f"{record}"})

    def _page_of(self, request: HttpRequest, record: AuditRecord) -> str:
        """Where the subject is to be seen; empty if it is gone, or not for this person."""
        if record.subject == EVENT:
            return event_page(record.subject_id) if request.user.has_perm("events.view_outboxentry") else ""
        for model, page in self.admin_site._registry.items():
            if getattr(page, "audit_subject", "") != record.subject or not page.has_view_permission(request):
                continue
            if page.get_object(request, record.subject_id):
                named = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
                return reverse(named, args=[record.subject_id])
        return ""


def _shown(record: AuditRecord) -> dict[str, Any]:
    whole = record.subject_id != ""
    before, after = _side("Before", record.before), _side("After", record.after)
    return {
        "record": record,
        "by": names_of([record.by]).get(record.by, ""),
        "others": records_of(record.subject, record.subject_id) if whole else "",
        "difference": side_by_side(before, after),
        # What was made, is gone, or is told of an act has nothing to be compared with.
        "alone": before.text + after.text if "" in (before.text, after.text) else "",
        "wrong": wrong_with_one(record),
        "neighbours": AuditRecord.objects.filter(number__in=(record.number - 1, record.number + 1)).order_by("number"),
    }


def event_page(uuid: str) -> str:
    return f"{reverse('admin:events_outboxentry_changelist')}?{urlencode({'q': uuid})}"


def _called(record: AuditRecord) -> str:
    """What the subject was called then, where it has a name."""
    told = json.loads(record.after) or json.loads(record.before)
    members = told if isinstance(told, dict) else {}
    return str(members.get("name") or " ".join(str(members[one]) for one in ("type", "version") if one in members))


def _side(title: str, text: str) -> Side:
    return Side(f"{title}: nothing", "") if text == NULL else Side(title, indented(text))
