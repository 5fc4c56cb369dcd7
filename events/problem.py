"""What is wrong with configuration that somebody wants to save: every problem at once, each with its place."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from events.envelope.json_text import escape


class Problem(NamedTuple):
    """`place` is a JSON Pointer into the thing as the API shows it, "" for all of it."""

    place: str
    message: str


class RefusedError(ValueError):
    """Configuration is not saved as it is; `problems` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{place}: {message}" if place else message for place, message in self.problems))


def field_problems(error: ValidationError, names: Mapping[str, str] | None = None) -> Iterator[Problem]:
    """What a model found wrong with its fields; `names` are those of fields that the API calls otherwise."""
    for field, messages in error.message_dict.items():
        place = "" if field == NON_FIELD_ERRORS else f"/{escape((names or {}).get(field, field))}"
        yield from (Problem(place, message) for message in messages)
