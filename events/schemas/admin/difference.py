"""Two versions side by side, and how they compare."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from events.admin.shown import indented
from events.models import SchemaVersion
from events.schemas.admin.address import number_in
from events.schemas.admin.findings import compared_now
from events.schemas.admin.history import LONG
from events.schemas.admin.side_by_side import Side, side_by_side
from events.schemas.registry.read import schema_text


def difference_page(admin: Any, request: HttpRequest, old: int, new: int) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    before = get_object_or_404(SchemaVersion.objects.select_related("event_type"), pk=old)
    after = get_object_or_404(SchemaVersion.objects.select_related("event_type"), pk=new)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "original": after,
        "title": f"{before.version} → {after.version}",
        "before": before,
        "after": after,
        "compared": compared_now(before, after),
        "difference": side_by_side(_side(before), _side(after)),
        "versions": after.event_type.versions.order_by("-pk").defer(*LONG),
    }
    return TemplateResponse(request, "events/schemas/version/difference.html", context)


def compare_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """To the page of the two that were chosen."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    old, new = number_in(request.GET, "old"), number_in(request.GET, "new")
    if old is None or new is None:
        raise Http404
    return redirect("admin:events_schemaversion_difference", old, new)


def _side(version: SchemaVersion) -> Side:
    """Both written in the same manner: only what they say differs, not how it was typed."""
    return Side(f"{version.version} ({version.status})", indented(schema_text(version)))
