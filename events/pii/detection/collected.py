"""What was found, place by place, until it is told as findings."""

from operator import attrgetter

from events.pii.detection.finding import By, Finding, Where
from events.pii.detection.kinds import Kind
from events.pii.detection.masked import is_masked
from events.pii.detection.names.values import says_nothing
from events.pii.detection.overlaps import Candidate, resolved
from events.pii.detection.reading.origin import Origin
from events.pii.detection.reading.page import Page
from events.pii.detection.reading.place import Place, pointer, written
from events.pii.detection.work import Cost, Work


class Collected:
    """Spans of the strings as they stand in the event."""

    def __init__(self, work: Work, in_event: bool = True) -> None:
        self.work = work
        self._in_event = in_event
        # By identity, since equal places are one object here, and comparing them takes as long as they are deep.
        self._places: dict[tuple[int, Where], tuple[Place, list[Candidate]]] = {}

    def take(self, page: Page, start: int, end: int, kind: Kind) -> None:
        """A hit in a page."""
        begins = page.start_of(start)
        self._add(page.origin_at(page.text_at(start)), start - begins, end - begins, kind, "value")

    def take_named(self, kind: Kind, origin: Origin, text: str) -> None:
        """A whole text that is personal by the name of its field."""
        if not (says_nothing(kind, text) or is_masked(text)):
            self._add(origin, 0, len(text), _exact(kind, text), "name")

    def _add(self, origin: Origin, start: int, end: int, kind: Kind, by: By) -> None:
        self.work.spend(Cost.FOUND)
        start, end, wrapping = origin.located(start, end)
        spot = id(origin.place), origin.where
        found = start, end, kind, by, wrapping
        if spot in self._places:
            self._places[spot][1].append(found)
        else:
            self._places[spot] = origin.place, [found]

    def findings(self) -> list[Finding]:
        """Sorted by path and position, without overlaps."""
        personal = {place for place, where in self._places if where == "key"}
        found: list[Finding] = []
        for (_, where), (place, candidates) in self._places.items():
            path = pointer(place) if self._in_event else ""
            shown = _shown(place, personal) if self._in_event and personal else path
            if len(candidates) == 1:
                start, end, kind, by, wrapping = candidates[0]
                found.append(Finding(path, start, end, kind, where, by, wrapping, (), shown))
                continue
            for start, end, kind, by, wrapping, also in resolved(candidates):
                found.append(Finding(path, start, end, kind, where, by, wrapping, tuple(sorted(also)), shown))
        # Only a name has the path of a value too.
        found.sort(key=in_order if personal else None)
        return found


in_order = attrgetter("path", "where", "start")


def _exact(kind: Kind, text: str) -> Kind:
    # One colon is that of a port.
    return Kind.IPV6 if kind is Kind.IPV4 and text.count(":") > 1 else kind


def _shown(place: Place, personal: set[int]) -> str:
    keys: list[str | int] = []
    while place is not None:
        keys.append("*" if id(place) in personal else place[1])
        place = place[0]
    return written(keys[::-1])
