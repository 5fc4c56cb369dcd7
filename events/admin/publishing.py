"""What the pages that publish share: the note, what was compared with what, and who must look at it besides."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from events.admin.base import ReasonForm, user_of
from events.admin.names import names_of
from events.models import Published
from events.publishing.publication import Publication
from events.who import named

DRAFT, UPON = "draft", "upon"
APPROVE = "approve"
"""The button that approves only."""


class PublishForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        asks = "Why, in a sentence: it stays with what is published, and is read first when something goes wrong."
        super().__init__(*args, label="Note", asks=asks, **kwargs)


def compared_with(newest: Published | None) -> tuple[str, int]:
    """A hidden field: the version that the page compares with, 0 for none."""
    return UPON, newest.version if newest else 0


def compared_version(request: HttpRequest) -> int | None:
    """What that field said; -1, which no version is, for anything that it cannot have said."""
    given = request.POST.get(UPON)
    if given is None:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def publish_or_approve(
    request: HttpRequest, publication: Publication[Any], note: str, *, drafts: str, effect: str
) -> HttpResponse:
    """What the page showed, by the button that was pressed; its digest is in the hidden field DRAFT.

    `drafts` names the page to go back to after an approval, `effect` is said after publishing. Raises PublishError.
    """
    draft, by = request.POST.get(DRAFT), user_of(request)
    if APPROVE in request.POST:
        publication.approve(note=note, by=by, expected=draft)
        said = f"Approved: whoever changed the {publication.members} can publish them as they are now."
        messages.success(request, said)
        return redirect(drafts)
    made = publication.publish(note=note, by=by, expected=draft, upon=compared_version(request))
    messages.success(request, f"Published as {made}. {effect}")
    return redirect(f"admin:{made._meta.app_label}_{made._meta.model_name}_change", made.pk)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Who changed the draft and who approved it, by name; whether whoever looks may publish or approve it."""

    needed: bool
    changed_by: tuple[str, ...]
    approved_by: tuple[str, ...]
    may_publish: bool
    may_approve: bool


def eyes_on(publication: Publication[Any], draft: str, request: HttpRequest) -> Eyes:
    """For the draft with this digest."""
    standing, who = publication.standing(draft), named(user_of(request))
    names = names_of([*standing.changed_by, *standing.approved_by])
    return Eyes(
        publication.four_eyes,
        tuple(names.get(one, one) for one in standing.changed_by),
        tuple(names.get(one, one) for one in standing.approved_by),
        may_publish=not (publication.four_eyes and standing.alone(who)),
        may_approve=publication.four_eyes and not standing.only_author(who) and who not in standing.approved_by,
    )
