"""What was found, place by place, until it is told as findings."""

from events.pii.detection.finding import By, Finding, Where
from events.pii.detection.kinds import Kind
from events.pii.detection.masked import is_masked
from events.pii.detection.overlaps import Located, resolved
from events.pii.detection.reading.origin import Origin
from events.pii.detection.reading.page import Page
from events.pii.detection.reading.place import Place, keys_of, pointer


class Collected:
    """Spans of the strings as they stand in the event."""

    def __init__(self, in_event: bool = True) -> None:
        self._in_event = in_event
        # By identity, since equal places are one object here, and comparing them takes as long as they are deep.
        self._places: dict[tuple[int, Where], tuple[Place, list[Located]]] = {}

    def take(self, page: Page, start: int, end: int, kind: Kind) -> None:
        """A hit in a page."""
        index = page.text_at(start)
        begins = page.start_of(start)
        self._add(page.origin_at(index), start - begins, end - begins, kind, "value")

    def take_named(self, kind: Kind, origin: Origin, text: str) -> None:
        """A whole text that is personal by the name of its field."""
        if not is_masked(text):
            self._add(origin, 0, len(text), _exact(kind, text), "name")

    def _add(self, origin: Origin, start: int, end: int, kind: Kind, by: By) -> None:
        start, end, wrapping = origin.located(start, end)
        spot = id(origin.place), origin.where
        _, located = self._places.setdefault(spot, (origin.place, []))
        located.append(Located(start, end, kind, by, wrapping))

    def findings(self) -> list[Finding]:
        """Sorted by path and position, without overlaps."""
        personal = {place for place, where in self._places if where == "key"}
        found = [
            self._finding(place, where, one, personal)
            for (_, where), (place, located) in self._places.items()
            for one in resolved(located)
        ]
        return sorted(found, key=in_order) if len(found) > 1 else found

    def _finding(self, place: Place, where: Where, one: Located, personal: set[int]) -> Finding:
        path = pointer(keys_of(place)) if self._in_event else ""
        return Finding(
            path,
            one.start,
            one.end,
            one.kind,
            where,
            one.by,
            one.wrapping,
            tuple(sorted(one.also)) if one.also else (),
            _shown(place, personal) if self._in_event and personal else path,
        )


def in_order(finding: Finding) -> tuple[str, str, int]:
    return finding.path, finding.where, finding.start


def _exact(kind: Kind, text: str) -> Kind:
    return Kind.IPV6 if kind is Kind.IPV4 and ":" in text else kind


def _shown(place: Place, personal: set[int]) -> str:
    keys: list[str | int] = []
    while place is not None:
        keys.append("*" if id(place) in personal else place[1])
        place = place[0]
    return pointer(keys[::-1])
