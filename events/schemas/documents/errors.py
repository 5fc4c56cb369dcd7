"""Why something is no schema, or no migration."""

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """`place` is a JSON Pointer into the document, "" for all of it."""

    place: str
    message: str


class SchemaError(ValueError):
    """A document cannot be used as it is; `problems` say why, each with its place."""

    def __init__(self, problems: Iterable[Problem | tuple[str, str]]) -> None:
        self.problems = tuple(Problem(*problem) for problem in problems)
        super().__init__("; ".join(f"{place or 'the document'}: {message}" for place, message in self.problems))
