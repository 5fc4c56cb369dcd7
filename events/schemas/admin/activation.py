"""Activating a draft, with what that means for the events there are; retiring a version, and taking that back."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from unfold.widgets import UnfoldAdminTextareaWidget

from events.admin.base import ask, user_of
from events.models import EventType, SchemaVersion
from events.problem import RefusedError
from events.revision import EditConflictError
from events.schemas.admin.address import number_in
from events.schemas.admin.findings import stored_comparison
from events.schemas.documents.faults import Fault
from events.schemas.errors import ComparisonStaleError, StatusError
from events.schemas.registry.activate import activate, deprecate, retire
from events.schemas.registry.consequences import Sample, would_fail

Status = SchemaVersion.Status
ASKS_WHY = "Why, in a sentence: it stays with the version, and is read first when something goes wrong."
SEEN = "revision"


class ActNote(forms.Form):
    """`needed` where the act is refused without one."""

    note = forms.CharField(
        max_length=1000, label="Note", help_text=ASKS_WHY, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = needed


def activate_page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    if version.status != Status.DRAFT:
        return _not_so(request, version, "It is activated already.")
    form = ActNote(request.POST or None, needed=version.verdict == "incompatible")
    said = f"{version} is active: events are judged by it from now on."
    done = _done(request, form, version, said, lambda note, seen: activate(
        version, note=note, expected=seen, by=user_of(request)
    ))  # fmt: skip
    if done is not None:
        return done
    consequences = would_fail(version)
    former = version.event_type.versions.filter(status=Status.ACTIVE).first()
    return ask(
        admin, request, title=f"Activate {version}", form=form, template="events/schemas/version/activate.html",
        verb="Activate", original=version, version=version, former=former, event_type=version.event_type,
        stale=former is not None and former.pk != version.ancestor_id,
        nothing_to_do=former is not None and former.pk != version.ancestor_id,
        compared=stored_comparison(version), consequences=consequences, faults=grouped(consequences.samples),
        sees_events=request.user.has_perm("events.view_outboxentry"), hidden=[_seen(version)],
    )  # fmt: skip


def retire_page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    if version.status not in (Status.ACTIVE, Status.DEPRECATED):
        return _not_so(request, version, f"It is {version.status}, and cannot be retired.")
    form = ActNote(request.POST or None, needed=version.status == Status.ACTIVE)
    said = f"{version} is retired."
    done = _done(request, form, version, said, lambda note, seen: retire(
        version, note=note, expected=seen, by=user_of(request)
    ))  # fmt: skip
    return done or ask(
        admin, request, title=f"Retire {version}", form=form, template="events/schemas/version/retire.html",
        verb="Retire", original=version, version=version, event_type=version.event_type, hidden=[_seen(version)],
        migrates=version.event_type.migrate != EventType.Migrate.NEVER,
    )  # fmt: skip


def unretire_page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    if version.status != Status.RETIRED:
        return _not_so(request, version, f"It is {version.status}, not retired.")
    form = forms.Form(request.POST or None)
    said = f"{version} is deprecated again: its events are accepted and marked."
    done = _done(request, form, version, said, lambda _note, seen: deprecate(
        version, expected=seen, by=user_of(request)
    ))  # fmt: skip
    explanation = "Its events are accepted again, each marked as of a deprecated version, so that producers move on."
    return done or ask(
        admin, request, title=f"Take the retirement of {version} back", form=form,
        template="events/schemas/version/unretire.html", verb="Deprecate it again", explanation=explanation,
        original=version, version=version, hidden=[_seen(version)],
    )  # fmt: skip


def _version(request: HttpRequest, pk: int) -> SchemaVersion:
    if not request.user.has_perm("events.activate_schemaversion"):
        raise PermissionDenied
    return get_object_or_404(SchemaVersion.objects.select_related("event_type", "ancestor"), pk=pk)


def _done(
    request: HttpRequest, form: forms.Form, version: SchemaVersion, said: str, act: Callable[[str, int], Any]
) -> HttpResponse | None:
    """The way on after the act; None where there was none, with what refused it among the errors of the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        act(form.cleaned_data.get("note", ""), _seen_revision(request))
    except RefusedError as error:
        form.add_error(None, [problem.message for problem in error.problems])
    except (StatusError, ComparisonStaleError, EditConflictError) as error:
        form.add_error(None, f"Nothing was done: {error}.")
    else:
        messages.success(request, said)
        return redirect("admin:events_eventtype_change", version.event_type_id)
    version.refresh_from_db()
    return None


def grouped(samples: Iterable[Sample]) -> list[tuple[Fault, list[UUID]]]:
    """The faults of the samples, the most frequent first, each with the events that have it."""
    found: dict[Fault, list[UUID]] = {}
    for sample in samples:
        for fault in dict.fromkeys(sample.faults):
            found.setdefault(fault, []).append(sample.uuid)
    return sorted(found.items(), key=lambda one: -len(one[1]))


def _not_so(request: HttpRequest, version: SchemaVersion, why: str) -> HttpResponse:
    messages.warning(request, why)
    return redirect("admin:events_schemaversion_change", version.pk)


def _seen(version: SchemaVersion) -> tuple[str, int]:
    """A hidden field: the revision that the page is about."""
    return SEEN, version.revision


def _seen_revision(request: HttpRequest) -> int:
    """What that field said; 0, which no row has, for anything that it cannot have said."""
    return number_in(request.POST, SEEN) or 0
