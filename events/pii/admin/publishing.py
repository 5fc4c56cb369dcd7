"""The page that publishes the drafts: what would change, and what that would have done to the last events."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from events.admin.base import ask
from events.admin.publishing import DRAFT, PublishForm, compared_with, eyes_on, publish_or_approve
from events.pii.admin.drafts import Drafts, read_drafts
from events.pii.back_test import BackTest, back_test
from events.pii.policies.decide import PolicySet
from events.pii.publishing import publish
from events.publishing.errors import PublishError
from events.publishing.publication import Snapshot, digest

SHOWN_CHANGES = 30


def publish_page(admin: Any, request: HttpRequest) -> HttpResponse:
    form = PublishForm(request.POST or None)
    if form.is_valid():
        try:
            return publish_or_approve(
                request, publish.PUBLICATION, form.cleaned_data["note"], drafts="admin:events_piipolicy_changelist",
                effect="Every event from now on is decided by it.",
            )  # fmt: skip
        except PublishError as error:
            form.add_error(None, [str(problem.message) for problem in error.problems])
    drafts = read_drafts()
    return ask(
        admin, request, title="Publish the policies", form=form, template="events/pii/policy/publish.html",
        **_context(request, drafts),
    )  # fmt: skip


def tried(snapshot: Snapshot) -> BackTest:
    """In this environment."""
    return back_test(PolicySet.compile(snapshot), settings.ENVIRONMENT)


def _context(request: HttpRequest, drafts: Drafts) -> dict[str, Any]:
    problems = publish.problems_of(drafts.draft)
    test = tried(drafts.draft) if not problems and not drafts.identical else None
    draft = digest(drafts.draft)
    eyes = eyes_on(publish.PUBLICATION, draft, request)
    return {
        "verb": "Publish" if eyes.may_publish else "",
        "eyes": eyes,
        "newest": drafts.newest,
        "changes": drafts.changes,
        "policies": drafts.draft["policies"],
        "problems": problems,
        "test": test,
        "shown_changes": test.changes[:SHOWN_CHANGES] if test else (),
        # Not `environment`: that is the mark at the head of every page.
        "tried_in": settings.ENVIRONMENT,
        "sees_events": request.user.has_perm("events.view_outboxentry"),
        "nothing_to_do": drafts.identical or bool(problems) or not (eyes.may_publish or eyes.may_approve),
        "hidden": [(DRAFT, draft), compared_with(drafts.newest)],
    }
