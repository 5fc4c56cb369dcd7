"""The page that merges two branches of a schema: the three side by side, the conflicts, and what to go on with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from events.admin.base import user_of
from events.models import EventType, SchemaVersion
from events.problem import RefusedError
from events.schemas.admin.address import number_in
from events.schemas.admin.findings import GRAVEST_FIRST
from events.schemas.admin.merge_form import Branch, MergeForm, compact, first_choice
from events.schemas.admin.places import line_of, places
from events.schemas.admin.side_by_side import changed_lines
from events.schemas.documents.errors import SchemaError
from events.schemas.merging.conflict import Conflict
from events.schemas.merging.merge import merge
from events.schemas.registry.read import written
from events.schemas.registry.versions import save_draft


@dataclass(frozen=True, slots=True)
class Column:
    """One of the three texts: each line with what is the matter with it: "", changed or conflict."""

    title: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Merged:
    """`conflicts` are those of the merge, the gravest first, their values as JSON."""

    text: str
    conflicts: Sequence[Mapping[str, Any]]
    columns: Sequence[Column]

    @property
    def open(self) -> int:
        return sum(conflict["resolution"] == "open" for conflict in self.conflicts)


def merge_page(admin: Any, request: HttpRequest) -> HttpResponse:
    if not admin.has_view_permission(request):
        raise PermissionDenied
    pk = number_in(request.GET, "event_type")
    event_type = EventType.objects.filter(pk=pk).first() if pk is not None else None
    if "_save" in request.POST:
        return _saved(admin, request, event_type)
    initial = first_choice(event_type, request.GET.dict()) if event_type else {}
    form = MergeForm(event_type, request.POST or None, initial=initial)
    merged = _merged(form)
    return _shown(admin, request, event_type, form, merged, merged.text if merged else "")


def _merged(form: MergeForm) -> Merged | None:
    """What comes of the form; None where it is not valid, or the three cannot be merged, and it says why."""
    if not form.is_valid():
        return None
    try:
        return merged_of(form.branches)
    except SchemaError as error:
        form.add_error(None, [": ".join(filter(None, problem)) for problem in error.problems])
        return None


def merged_of(branches: Mapping[str, Branch]) -> Merged:
    result = merge(branches["base"].schema, branches["ours"].schema, branches["theirs"].schema)
    conflicts = sorted(map(_conflict, result.conflicts), key=lambda one: GRAVEST_FIRST.index(one["severity"]))
    paths = [one["path"] for one in conflicts]
    base = branches["base"].text
    columns = [_column(branches[side], base, branches, paths) for side in ("base", "ours", "theirs")]
    return Merged(written(result.schema), conflicts, columns)


def _saved(admin: Any, request: HttpRequest, event_type: EventType | None) -> HttpResponse:
    """As a draft of the type whose versions were merged, or for pasted texts of one that was chosen."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    of = event_type or get_object_or_404(EventType, pk=number_in(request.POST, "of") or 0)
    text = request.POST.get("merged", "").replace("\r\n", "\n")
    draft = SchemaVersion(event_type=of, note=request.POST.get("why", ""))
    try:
        save_draft(draft, text, expected=None, by=user_of(request))
    except RefusedError as error:
        form = MergeForm(event_type, request.POST)
        merged = _merged(form)
        wrong = [": ".join(filter(None, problem)) for problem in error.problems]
        return _shown(admin, request, event_type, form, merged, text, wrong)
    messages.success(request, f"The merged schema is saved as the draft {draft.version}.")
    return redirect("admin:events_schemaversion_change", draft.pk)


def _shown(
    admin: Any, request: HttpRequest, event_type: EventType | None, form: MergeForm, merged: Merged | None,
    text: str, wrong: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": f"Merge branches of {event_type}" if event_type else "Merge schemas",
        "event_type": event_type,
        "types": EventType.objects.order_by("name").values_list("pk", "name"),
        "form": form,
        "merged": merged,
        "text": text,
        "why": request.POST.get("why") or _why(form),
        "wrong": wrong,
        "may_draft": admin.has_add_permission(request),
        "of": number_in(request.POST, "of"),
    }
    return TemplateResponse(request, "events/schemas/merge/page.html", context)


def _why(form: MergeForm) -> str:
    titles = [branch.title.partition(": ")[2] for branch in form.branches.values()]
    return f"{titles[1]} and {titles[2]} merged, both from {titles[0]}." if len(titles) == 3 and all(titles) else ""


def _conflict(conflict: Conflict) -> dict[str, Any]:
    """With its values as JSON, "" where there is nothing."""
    said = conflict.as_json()
    values = {name: compact(said[name]) if name in said else "" for name in ("base", "ours", "theirs", "chosen")}
    return {**said, **values}


def _column(branch: Branch, base: str, branches: Mapping[str, Branch], paths: Sequence[str]) -> Column:
    if branch is branches["base"]:
        touched = changed_lines(branches["ours"].text, base) | changed_lines(branches["theirs"].text, base)
    else:
        touched = changed_lines(base, branch.text)
    known = places(branch.text)
    fought = {line_of(path, known) for path in paths}
    marks = ((number, "conflict" if number in fought else "changed" if number in touched else "")
             for number in range(1, branch.text.count("\n") + 2))  # fmt: skip
    return Column(branch.title, [(line, mark) for line, (_, mark) in zip(branch.text.split("\n"), marks, strict=True)])
