"""Where a text comes from: a place in the event, and what it was unwrapped from."""

from dataclasses import dataclass

from events.pii.detection.finding import Where
from events.pii.detection.kinds import Kind
from events.pii.detection.reading.offsets import Offsets
from events.pii.detection.reading.place import Place, hints_along, kind_at


@dataclass(slots=True)
class Origin:
    """A text at `place`; a text that was wrapped has the one around it as `outer`.

    `named` is the place with the names inside wrapped JSON, from which hints come.
    """

    place: Place
    named: Place
    where: Where
    how: str = ""
    outer: "Origin | None" = None
    offsets: Offsets | None = None

    def within(self, how: str, offsets: Offsets, named: Place = None) -> "Origin":
        """The origin of a text unwrapped from this one."""
        return Origin(self.place, named or self.named, self.where, how, self, offsets)

    def located(self, start: int, end: int) -> tuple[int, int, tuple[str, ...]]:
        """A span of this text as one of the string that stands in the event, and what it was unwrapped from."""
        origin: Origin = self
        wrapping: tuple[str, ...] = ()
        while origin.outer is not None and origin.offsets is not None:
            if origin.offsets.changed(start, end):
                wrapping = (origin.how, *wrapping)
            start, end = origin.offsets.outer(start, end)
            origin = origin.outer
        return start, end, wrapping

    @property
    def kind(self) -> Kind | None:
        return kind_at(self.named)

    @property
    def hints(self) -> int:
        return hints_along(self.named)
