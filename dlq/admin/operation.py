"""Acts on many: who asked for what and why, how far it is, and cancelling it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from dlq.admin.acts import BY_KIND
from dlq.models import Operation
from dlq.operations.cancel import cancel
from dlq.operations.progress import Progress
from events.admin.base import HotTableAdmin, user_of
from events.admin.names import names_of
from events.admin.shown import badge
from events.clock import database_now


@admin.register(Operation)
class OperationAdmin(HotTableAdmin):
    list_display = ("shown_kind", "shown_state", "shown_about", "shown_taken", "shown_by", "reason", "created_at")
    ordering = ("-id",)
    empty_note = (
        "Nothing has been done to many events at once yet. Redrive or discard a selection of dead letters, or all "
        "that a search finds, or route unrouted events again."
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/progress/", view(self.progress), name="dlq_operation_progress"),
            path("<int:pk>/cancel/", view(self.cancel), name="dlq_operation_cancel"),
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def has_view_permission(self, request: HttpRequest, obj: Operation | None = None) -> bool:
        """Whoever may act may see how far it is."""
        may_act = any(request.user.has_perm(act.permission) for act in BY_KIND.values())
        return may_act or bool(super().has_view_permission(request, obj))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        response = super().changelist_view(request, extra_context)
        if changelist := (getattr(response, "context_data", None) or {}).get("cl"):
            _name(changelist.result_list)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        operation = self.get_object(request, object_id)
        if not self.has_view_permission(request, operation):
            raise PermissionDenied
        if operation is None:
            messages.warning(request, "There is no such operation.")
            return redirect("admin:dlq_operation_changelist")
        context = {**self.admin_site.each_context(request), **self._shown(request, operation), "opts": self.opts}
        return TemplateResponse(request, "dlq/operation.html", {**context, "title": str(operation.get_kind_display())})

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that changes, for its script."""
        operation = get_object_or_404(Operation, pk=pk)
        if not self.has_view_permission(request, operation):
            raise PermissionDenied
        return TemplateResponse(request, "dlq/progress.html", self._shown(request, operation))

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = get_object_or_404(Operation, pk=pk)
        if request.method != "POST" or not _may_cancel(request, operation):
            raise PermissionDenied
        if not cancel(operation, by=user_of(request)):
            messages.warning(request, "It was over already.")
        return redirect("admin:dlq_operation_change", pk)

    def _shown(self, request: HttpRequest, operation: Operation) -> dict[str, Any]:
        _name([operation])
        return {
            "operation": operation, "original": operation, "act": BY_KIND[Operation.Kind(operation.kind)],
            "state": badge(operation.state), "about": _about(operation), "progress": progress_of(operation),
            "may_cancel": operation.open and not operation.cancel_requested and _may_cancel(request, operation),
        }  # fmt: skip

    @admin.display(description="What")
    def shown_kind(self, operation: Operation) -> str:
        return str(operation.get_kind_display())

    @admin.display(description="State")
    def shown_state(self, operation: Operation) -> SafeString:
        return badge(operation.state)

    @admin.display(description="About")
    def shown_about(self, operation: Operation) -> str:
        return _about(operation)

    @admin.display(description="Done")
    def shown_taken(self, operation: Operation) -> str:
        return f"{operation.taken:,} of {operation.total:,}"

    @admin.display(description="By")
    def shown_by(self, operation: Operation) -> str:
        return str(getattr(operation, "by_name", operation.by))


def progress_of(operation: Operation) -> Progress:
    begun, until = operation.started_at, operation.finished_at or database_now()
    seconds = (until - begun).total_seconds() if begun else 0.0
    return Progress(operation.taken, operation.total, seconds, not operation.open)


def _about(operation: Operation) -> str:
    if "ids" in operation.filter:
        return f"a selection of {len(operation.filter['ids']):,}"
    return operation.filter.get("query") or "all"


def _may_cancel(request: HttpRequest, operation: Operation) -> bool:
    return request.user.has_perm(BY_KIND[Operation.Kind(operation.kind)].permission)


def _name(operations: Iterable[Operation]) -> None:
    """Give each who asked for it by name, and who cancelled it: what is stored is a number."""
    names = names_of(actor for one in operations for actor in (one.by, one.cancelled_by))
    for one in operations:
        one.by_name = names.get(one.by, one.by)  # type: ignore[attr-defined]
        one.cancelled_by_name = names.get(one.cancelled_by, one.cancelled_by)  # type: ignore[attr-defined]
