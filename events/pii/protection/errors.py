"""Why an event is not protected: kinds and places, never values."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from events.pii.protection.acts import Act

MAX_SAID = 10
"""Places that a sentence names."""


class PiiBlockedError(Exception):
    """The policy lets no event with these in: `acts` has all of them, the text names the first."""

    def __init__(self, acts: "Iterable[Act]") -> None:
        self.acts = tuple(acts)
        places = ", ".join(f"{act.kind} at {act.path}" for act in self.acts[:MAX_SAID])
        more = f" and {len(self.acts) - MAX_SAID} more" if len(self.acts) > MAX_SAID else ""
        super().__init__(f"the policy refuses personal data: {places}{more}")


class NotLocatedError(Exception):
    """A finding is at no place of the event. Nothing is stored then, since it would stand there in clear."""

    def __init__(self) -> None:
        super().__init__("something personal was found at a place that the event does not have")
