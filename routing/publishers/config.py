"""Strict reading of a destination's config: every key known, every value of its type, every problem with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from routing.publishers.secrets import SecretRef, parse_reference

MISSING = object()


class Problem(NamedTuple):
    """What is wrong, and under which key; `place` is "" for the config as a whole. Values are never quoted."""

    place: str
    message: str


class ConfigError(ValueError):
    """A destination's config cannot be used; `problems` say where and why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{place}: {message}" for place, message in self.problems))


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number, both included."""

    low: float
    high: float


class Fields:
    """Reads the keys of one config and collects what is wrong with them; `finish` raises it all at once."""

    def __init__(self, config: Mapping[str, object]) -> None:
        self._config = config
        self._known: set[str] = set()
        self.problems: list[Problem] = []

    def finish(self) -> None:
        self.problems += [Problem(str(key), "is not a known setting") for key in self._config if key not in self._known]
        if self.problems:
            raise ConfigError(self.problems)

    def refuse(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))

    def _take(self, name: str) -> object:
        self._known.add(name)
        return self._config.get(name, MISSING)

    def text(self, name: str, default: str) -> str:
        value = self._take(name)
        if isinstance(value, str) and value and value.isprintable():
            return value
        if value is not MISSING:
            self.refuse(name, "must be text, neither empty nor with control characters")
        return default

    def optional_text(self, name: str) -> str | None:
        return self.text(name, "") or None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.refuse(name, f"must be one of {', '.join(allowed)}")
            return default
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self._take(name)
        if isinstance(value, bool):
            return value
        if value is not MISSING:
            self.refuse(name, "must be true or false")
        return default

    def seconds(self, name: str, default: float, bounds: Range) -> float:
        value = self._take(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and bounds.low <= value <= bounds.high:
            return float(value)
        if value is not MISSING:
            self.refuse(name, f"must be a number from {bounds.low:g} to {bounds.high:g}")
        return default

    def whole(self, name: str, default: int, bounds: Range) -> int:
        value = self._take(name)
        if isinstance(value, int) and not isinstance(value, bool) and bounds.low <= value <= bounds.high:
            return value
        if value is not MISSING:
            self.refuse(name, f"must be a whole number from {bounds.low:g} to {bounds.high:g}")
        return default

    def optional_whole(self, name: str, bounds: Range) -> int | None:
        return self.whole(name, 0, bounds) or None

    def texts(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts; a single text stands for a list of one."""
        value = self._take(name)
        if value is MISSING:
            return default
        items = value if isinstance(value, list | tuple) else [value]
        texts = tuple(item for item in items if isinstance(item, str) and item and item.isprintable())
        if not texts or len(texts) != len(items):
            self.refuse(name, "must be a list of texts, none of them empty")
            return default
        return texts

    def secret(self, name: str) -> SecretRef | None:
        value = self._take(name)
        reference = parse_reference(value) if isinstance(value, str) else None
        if value is not MISSING and reference is None:
            self.refuse(name, "must be a reference to a secret that may be used here: env:NAME or file:/path")
        return reference


def url_problem(url: str, schemes: tuple[str, ...]) -> str | None:
    """Why a URL cannot name a server: scheme, host, port, or a secret written into it. None if it can."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return "is not a URL"
    if "@" in url:
        return "must not hold credentials; use a reference to a secret"
    if parts.scheme not in schemes:
        return f"must begin with {' or '.join(scheme + '://' for scheme in schemes)}"
    if not parts.hostname or not port_fits:
        return "must name a host and, if any, a port from 1 to 65535"
    if parts.path.strip("/") or parts.query or parts.fragment:
        return "must end after host and port"
    return None
