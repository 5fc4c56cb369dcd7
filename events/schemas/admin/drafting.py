"""What the editor of a draft is made of: what it begins with, what stands beside it, and where a save leads."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from events.admin.base import ask
from events.models import EventType, SchemaVersion
from events.schemas.admin.address import number_in
from events.schemas.admin.draft_form import DraftForm, ancestors
from events.schemas.admin.findings import examine
from events.schemas.admin.side_by_side import Side, side_by_side
from events.schemas.admin.wording import verdict_word
from events.schemas.registry.read import schema_text

ACTIVATE = "events.activate_schemaversion"


def choose_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """A draft begins with its type."""
    types = EventType.objects.order_by("name").values_list("pk", "name")
    return ask(
        admin, request, title="New draft", form=forms.Form(), template="events/schemas/version/choose.html",
        types=types, may_add_type=request.user.has_perm("events.add_eventtype"),
    )  # fmt: skip


def initial_draft(request: HttpRequest, event_type: EventType | None) -> dict[str, Any]:
    """The schema of the version that the address names, or else of the active one; for the first, a beginning."""
    if event_type is None:
        return {}
    versions = event_type.versions.all()
    named = versions.filter(pk=number_in(request.GET, "from") or 0).first()
    model = named or versions.filter(status=SchemaVersion.Status.ACTIVE).first()
    return {"draft": schema_text(model), "policy": model.policy} if model else {"draft": _beginning(event_type)}


def editor_context(request: HttpRequest, form: Any) -> dict[str, Any]:
    """Beside the form: what it means, and for whoever was overtaken by another's save the difference to theirs."""
    if not isinstance(form, DraftForm):
        return {}
    text = str(form["draft"].value() or "").replace("\r\n", "\n")
    version: SchemaVersion = form.instance
    findings = examine(form, text)
    return {
        "findings": findings,
        "event_type": version.event_type,
        "comparable": ancestors(version).exists(),
        "may_activate": request.user.has_perm(ACTIVATE),
        "difference": _difference_to_stored(version, text) if findings.conflict else None,
        "show_save_and_continue": False,
        "show_save_and_add_another": False,
        "title": f"{version}" if version.pk else f"{version.event_type}: new draft",
    }


def check_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """What stands in the editor means this; nothing is saved."""
    return _checked(request, admin=admin)


def drafted(request: HttpRequest, version: SchemaVersion) -> HttpResponse:
    """After a save: on to its activation, or further with the draft."""
    if "_activate" in request.POST and request.user.has_perm(ACTIVATE):
        return redirect("admin:events_schemaversion_activate", version.pk)
    said = f", {verdict_word(version.verdict)} with {version.ancestor.version}" if version.ancestor else ""
    messages.success(request, f"Saved as {version.version}{said}. It decides about nothing until it is activated.")
    return redirect("admin:events_schemaversion_change", version.pk)


@require_POST
def _checked(request: HttpRequest, admin: Any) -> HttpResponse:
    stored = admin.get_object(request, request.GET["id"]) if request.GET.get("id") else None
    allowed = admin.has_change_permission(request, stored) if stored else admin.has_add_permission(request)
    if not allowed:
        raise PermissionDenied
    made = admin.get_form(request, stored, change=stored is not None)
    if made.event_type is None:
        raise Http404
    form: DraftForm = made(request.POST, instance=stored)
    form.full_clean()
    text = request.POST.get("draft", "").replace("\r\n", "\n")
    # What is compared is what is typed; the row itself is never saved here.
    findings = examine(form, text)
    return TemplateResponse(request, "events/schemas/version/findings.html", {"findings": findings})


def _difference_to_stored(version: SchemaVersion, text: str) -> Any:
    stored = SchemaVersion.objects.filter(pk=version.pk).values_list("draft", flat=True).first()
    return side_by_side(Side("as it is stored now", stored or ""), Side("as you typed it", text))


def _beginning(event_type: EventType) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event_type.name.rpartition(".")[2],
        "type": "object",
        "properties": {},
        "required": [],
    }
    return json.dumps(schema, indent=2)
