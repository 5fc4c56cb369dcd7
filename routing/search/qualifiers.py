"""What people type to find events: `type:com.foundry.oms.* dest:nats state:dead since:1h`, and back into that text.

Words stand apart by spaces, all of them must hold. A value in quotes may have spaces, `\\"` and `\\\\`. A word without
a qualifier is an id: of the entry (a UUID) or the one the producer gave.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from uuid import UUID

from events.envelope.timestamps import instant

MAX_TEXT = 2000
MAX_NUMBER = 2**31 - 1
MAX_DAYS = 3650
MAX_QUOTED = 60
# A day from the ends of the calendar: what is nearer cannot be told in every zone.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
STATES = ("pending", "unrouted", "dead", "delivered", "discarded")

Moment = datetime | timedelta
"""An instant, or how long before now."""

_WORD = re.compile(r'(?:(?P<name>[^\s:"]*):)?(?:"(?P<quoted>(?:[^"\\]|\\["\\])*)"|(?P<plain>[^\s"]*))(?=\s|\Z)')
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?)(?:[0-9a-fA-F]{4}\1){3}[0-9a-fA-F]{12}")
_AGE = re.compile(r"([0-9]{1,9})([smhd])")
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}(?P<seconds>:[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class QueryError(ValueError):
    """A search that cannot be understood. `word` is what is wrong, `position` where it begins, if it is known."""

    def __init__(self, message: str, word: str, position: int | None = None) -> None:
        self.message = message
        self.word = word if len(word) <= MAX_QUOTED else f"{word[:MAX_QUOTED]}..."
        self.position = position
        place = "" if position is None else f" (character {position + 1})"
        super().__init__(f"{self.word}{place}: {message}")


@dataclass(frozen=True, slots=True)
class EventQuery:
    """What must hold of an event; None stands for anything. `type`, `source` and `subject` may have `*`."""

    type: str | None = None
    source: str | None = None
    subject: str | None = None
    dest: str | None = None
    state: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    rule: str | None = None
    table: int | None = None
    tenant: str | None = None
    key: str | None = None
    error: str | None = None
    id: str | None = None

    @property
    def uuid(self) -> UUID | None:
        """The id as that of an entry, if it can be one."""
        return UUID(self.id) if self.id is not None and _UUID.fullmatch(self.id) else None

    def words(self) -> list[tuple[str, str]]:
        """Each qualifier that is given, with its value as text."""
        given = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return [(name, _text(value)) for name, value in given if value is not None]

    def to_text(self) -> str:
        """What `parse_query` reads as this query."""
        return " ".join(f"{name}:{_quoted(value)}" for name, value in self.words())


def parse_query(text: str) -> EventQuery:
    """Raises QueryError with the word that is unknown, repeated or has a value it cannot have."""
    if len(text) > MAX_TEXT:
        raise QueryError(f"a search has at most {MAX_TEXT} characters, this has {len(text)}", text)
    given: dict[str, str | int | Moment] = {}
    for match in _words(text):
        word, position = match.group(), match.start()
        name = "id" if match["name"] is None else match["name"]
        if name not in _READERS:
            raise QueryError(_unknown(name), word, position)
        if name in given:
            raise QueryError(_repeated(name), word, position)
        try:
            given[name] = _READERS[name](_value(match))
        except ValueError as error:
            raise QueryError(str(error), word, position) from None
    query = EventQuery(**given)  # type: ignore[arg-type]
    _check_span(query, text)
    return query


def _words(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while rest := text[position:].lstrip():
        position = len(text) - len(rest)
        match = _WORD.match(text, position)
        if match is None:
            hint = 'a quote opens a value and closes it, as in subject:"two words"; inside it is written \\"'
            raise QueryError(hint, rest.split()[0], position)
        yield match
        position = match.end()


def _value(match: re.Match[str]) -> str:
    value: str = match["plain"] if match["quoted"] is None else re.sub(r"\\(.)", r"\1", match["quoted"])
    if not value:
        raise ValueError("has no value")
    if _CONTROL.search(value):
        raise ValueError("has a control character")
    return value


def _unknown(name: str) -> str:
    known = ", ".join(_READERS)
    return f"{name[:20]!r} is no qualifier; known are {known}. An id that has a colon is written id:..."


def _repeated(name: str) -> str:
    if name == "id":
        return "a second id; what is no id takes a qualifier, as in type:*.created"
    return f"{name} is given twice"


def _check_span(query: EventQuery, text: str) -> None:
    since, until = query.since, query.until
    empty = (isinstance(since, datetime) and isinstance(until, datetime) and since >= until) or (
        isinstance(since, timedelta) and isinstance(until, timedelta) and since <= until
    )
    if empty:
        raise QueryError("ends before since begins", f"until:{_text(until)}", text.find("until:"))


def _text_of(limit: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if len(value) > limit:
            raise ValueError(f"at most {limit} characters, this has {len(value)}")
        return value

    return read


def _name(value: str) -> str:
    if not re.fullmatch(r"[-A-Za-z0-9_]{1,64}", value):
        raise ValueError("the name of a destination has letters, digits, - and _")
    return value


def _state(value: str) -> str:
    if value not in STATES:
        raise ValueError(f"one of {', '.join(STATES)}")
    return value


def _version(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", value) or not 0 < int(value) <= MAX_NUMBER:
        raise ValueError("the version of a routing table, a number from 1")
    return int(value)


def _moment(value: str) -> Moment:
    if age := _AGE.fullmatch(value):
        seconds = int(age[1]) * _SECONDS[age[2]]
        if seconds > MAX_DAYS * _SECONDS["d"]:
            raise ValueError(f"at most {MAX_DAYS}d ago")
        return timedelta(seconds=seconds)
    return _instant(value)


def _instant(value: str) -> datetime:
    match = _INSTANT.fullmatch(value)
    try:
        if match is None:
            raise ValueError
        moment = instant(value if match["seconds"] else f"{value[:16]}:00{value[16:]}")
    except ValueError:
        raise ValueError("how long ago (90s, 15m, 1h, 7d), or a time such as 2026-11-20T10:00Z") from None
    return min(max(moment, EARLIEST), LATEST)


_READERS: Mapping[str, Callable[[str], str | int | Moment]] = {
    "type": _text_of(255),
    "source": _text_of(1024),
    "subject": _text_of(1024),
    "dest": _name,
    "state": _state,
    "since": _moment,
    "until": _moment,
    "rule": _text_of(100),
    "table": _version,
    "tenant": _text_of(64),
    "key": _text_of(256),
    "error": _text_of(100),
    "id": _text_of(256),
}


def _text(value: object) -> str:
    if isinstance(value, timedelta):
        return _age(int(value.total_seconds()))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _age(seconds: int) -> str:
    unit = next(unit for unit, length in _SECONDS.items() if seconds % length == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def _quoted(value: str) -> str:
    if not re.search(r'[\s"]', value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
