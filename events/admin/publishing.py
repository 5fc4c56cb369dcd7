"""What the pages that publish share: the note they ask for, and which version they were compared with."""

from typing import Any

from django.http import HttpRequest

from events.admin.base import ReasonForm
from events.models import Published

UPON = "upon"


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
