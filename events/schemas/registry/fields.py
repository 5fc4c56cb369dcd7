"""What the names and texts of the registry may be like."""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from events.envelope.attributes import MAX_TYPE_BYTES
from events.line import LINE, NO_LINE
from events.models import Revisioned
from events.problem import Problem, field_problems

MAX_TEXT = 10_000
# What follows a type in addresses of the API, and what clients make of dots there.
_ADDRESS = re.compile(r"(^|/)(\.{1,2}|versions|difference|migrations)(/|$)")


def problems_of_fields(row: Revisioned, *, lines: tuple[str, ...], texts: tuple[str, ...] = ()) -> Iterator[Problem]:
    """What the model says, and what it cannot say: `lines` may be empty, or one line; `texts` are bounded."""
    try:
        row.clean_fields(exclude={"version", "draft", "migration_up", "migration_down", "steps"})
    except ValidationError as error:
        yield from field_problems(error)
    yield from (Problem(f"/{name}", NO_LINE) for name in lines if not LINE.fullmatch(getattr(row, name) or "-"))
    for name in texts:
        if len(getattr(row, name)) > MAX_TEXT or "\0" in getattr(row, name):
            yield Problem(f"/{name}", f"at most {MAX_TEXT} characters, and no U+0000")


def problems_of_name(name: str) -> Iterator[Problem]:
    """Of an event type's, or a legacy one's."""
    if len(name.encode(errors="replace")) > MAX_TYPE_BYTES:
        yield Problem("/name", f"at most {MAX_TYPE_BYTES} bytes of UTF-8")
    if _ADDRESS.search(name):
        yield Problem("/name", "the parts between slashes cannot be . or .., versions, difference or migrations")
