"""Why something is not published."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps something from being published. `place` is a JSON Pointer into the rule, or whatever `name` names."""

    name: str
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.name, self.place, self.message) if part)


NO_NOTE = Problem("", "/note", "say in a note why: whoever looks for a cause later reads it first")


NO_DRAFT = Problem("", "/draft", "say which draft you looked at: nobody publishes or approves what they have not seen")


class PublishError(Exception):
    """It cannot be published as it is; `problems` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class OwnChangesError(PublishError):
    """Somebody wants to publish or approve what they changed themselves, and nobody else has approved it."""


class DraftChangedError(PublishError):
    """The drafts, or what is published, are no longer those that somebody looked at."""


class NothingToPublishError(PublishError):
    """What is published says the same already: another one would only hide who published this, and why."""
