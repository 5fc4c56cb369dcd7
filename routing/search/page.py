"""One page of a search as people see it: what was asked, what was found, where to go from here.

The same for events and deliveries; `q` is the search, `before` where an earlier page ended, `trail` where those before
it began, so that there is a way back up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from routing.models import Destination
from routing.search.bounded import SearchTimeoutError
from routing.search.qualifiers import EventQuery, QueryError, parse_query

PAGE = 50
MAX_TRAIL = 200
CHIPS: tuple[tuple[str, str, Any], ...] = (
    ("Last hour", "since", timedelta(hours=1)),
    ("Dead", "state", "dead"),
    ("Pending", "state", "pending"),
    ("Unrouted", "state", "unrouted"),
)

Found = tuple[Sequence[Any], int | None, datetime | None]
Find = Callable[[EventQuery, int | None, int], Found]


@dataclass(frozen=True, slots=True)
class Chip:
    """A search one click away; an active one is taken out by the click."""

    title: str
    address: str
    active: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page says. Raises QueryError."""

    text: str
    before: int | None = None
    trail: tuple[int, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        text = request.GET.get("q", "").strip()
        before = _numbers(request.GET.get("before", ""))
        if len(before) > 1:
            raise QueryError("one number that a page gave out", "before")
        return cls(text, before[0] if before else None, _numbers(request.GET.get("trail", "")))

    def older(self, before: int | None) -> str:
        trail = self.trail if self.before is None else (*self.trail, self.before)
        return "" if before is None else _address(self.text, before, trail[-MAX_TRAIL:])

    def newer(self) -> str:
        if self.before is None:
            return ""
        return _address(self.text, self.trail[-1] if self.trail else None, self.trail[:-1])


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`error` is why nothing was looked for. `reached` is how far the search came if it did not end."""

    text: str
    query: EventQuery = field(default_factory=EventQuery)
    rows: Sequence[Any] = ()
    error: str = ""
    older: str = ""
    newer: str = ""
    reached: datetime | None = None
    chips: Sequence[Chip] = ()
    wider: Sequence[Chip] = ()

    @property
    def full(self) -> bool:
        return len(self.rows) >= PAGE

    @property
    def asks(self) -> bool:
        return self.query != EventQuery()


def search_page(request: HttpRequest, find: Find, *, unrouted: bool = True) -> SearchPage:
    """Read the address, search, and say what came of it. Without `unrouted` there is no chip for it."""
    text = request.GET.get("q", "").strip()
    query = EventQuery()
    try:
        asked = Asked.of(request)
        query = parse_query(asked.text)
        rows, before, reached = find(query, asked.before, PAGE)
    except (QueryError, SearchTimeoutError) as error:
        return SearchPage(text, query, error=explained(error), chips=_chips(EventQuery(), unrouted))
    return SearchPage(
        asked.text, query, rows, "", asked.older(before), asked.newer(), reached, _chips(query, unrouted), _wider(query)
    )


def explained(error: QueryError | SearchTimeoutError) -> str:
    """What to show to whoever asked."""
    if isinstance(error, QueryError):
        return str(error)
    return f"The database gave {error}. Narrow the search, with since: or type: for example, or try again."


def _chips(query: EventQuery, unrouted: bool) -> list[Chip]:
    names = Destination.objects.order_by("name").values_list("name", flat=True)[:12]
    known = [*CHIPS, *((f"To {name}", "dest", name) for name in names)]
    return [_chip(query, *one) for one in known if unrouted or one[2] != "unrouted"]


def _chip(query: EventQuery, title: str, name: str, value: Any) -> Chip:
    active = getattr(query, name) == value
    changed = replace(query, **{name: None if active else value})
    return Chip(title, _address(changed.to_text()), active)


def _wider(query: EventQuery) -> list[Chip]:
    """The search without one of its words each."""
    if len(query.words()) < 2:
        return []
    changed = [(f"{name}:{value}", replace(query, **{name: None})) for name, value in query.words()]
    return [Chip(title, _address(one.to_text()), active=False) for title, one in changed]


def _address(text: str, before: int | None = None, trail: Sequence[int] = ()) -> str:
    parts = {"q": text, "before": before or "", "trail": "-".join(map(str, trail))}
    return f"?{urlencode({name: value for name, value in parts.items() if value})}"


def _numbers(text: str) -> tuple[int, ...]:
    numbers = text.split("-") if text else []
    if any(not (one.isascii() and one.isdigit() and len(one) < 19) for one in numbers) or len(numbers) > MAX_TRAIL:
        raise QueryError("no place of this list; begin at its first page", text)
    return tuple(map(int, numbers))
