"""A bound on what one event may cost: without one, a few megabytes made for it keep a core busy for many seconds."""

from typing import Final

MOST = 150_000
"""In units of about 4 microseconds. Reading itself is not counted, since that is linear and cheap."""


class Cost:
    """What there is to look at one by one, and what it costs; plain integers, since an enum's are slow to add."""

    CANDIDATE: Final = 1
    """What looks like something personal; one digit group of a long chain; a text that is unwrapped."""
    NAME: Final = 3
    """The name of a field that was not met before."""
    FOUND: Final = 5
    MEMBER: Final = 5
    """Of JSON in a string."""


class TooMuchError(Exception):
    """There is more in an event than is looked at: nobody can say then what is personal in it."""

    def __init__(self) -> None:
        super().__init__("it holds more than can be searched for personal data: send it in several events")


class Work:
    """What is left of it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST

    def spend(self, cost: int) -> None:
        """Raises TooMuchError."""
        self.left -= cost
        if self.left < 0:
            raise TooMuchError
