"""A version to read: what was activated, or a draft for whoever may not edit it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from events.models import SchemaVersion
from events.schemas.admin.findings import steps_text, stored_comparison
from events.schemas.admin.history import key_names, who
from events.schemas.registry.read import schema_text

Status = SchemaVersion.Status


def version_page(admin: Any, request: HttpRequest, version: SchemaVersion, **more: Any) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    return TemplateResponse(request, "events/schemas/version/page.html", {**_context(admin, request, version), **more})


def overtaken_page(admin: Any, request: HttpRequest, version: SchemaVersion) -> HttpResponse:
    """For whoever was editing it when it was activated: the version, and what they had typed."""
    typed = request.POST.get("draft", "").replace("\r\n", "\n")
    return version_page(admin, request, version, typed=typed, typed_note=request.POST.get("note", ""))


def _context(admin: Any, request: HttpRequest, version: SchemaVersion) -> dict[str, Any]:
    keys = key_names([version])
    active = version.event_type.versions.filter(status=Status.ACTIVE).only("pk", "version").first()
    return {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "original": version,
        "title": str(version),
        "version": version,
        "event_type": version.event_type,
        "active": active,
        "schema": schema_text(version),
        "compared": stored_comparison(version),
        "up": steps_text(version.migration_up),
        "down": steps_text(version.migration_down),
        "made_by": who(version.created_by, version.created_by_key_id, keys),
        "activated_by": who(version.activated_by, version.activated_by_key_id, keys),
        "legacy_types": version.legacy_types.order_by("name") if _may(request, "view_legacytype") else (),
        "may_draft": _may(request, "add_schemaversion"),
        "may_activate": _may(request, "activate_schemaversion"),
        "sees_types": _may(request, "view_eventtype") or _may(request, "change_eventtype"),
    }


def _may(request: HttpRequest, codename: str) -> bool:
    return request.user.has_perm(f"events.{codename}")
