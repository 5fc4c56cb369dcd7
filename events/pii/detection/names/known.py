"""Names that were met before, since the events of a type have the same names."""

from dataclasses import replace

from events.pii.detection.gate import fires
from events.pii.detection.names.name import MAX_NAME, Name, understood

MAX_KNOWN = 20_000

KNOWN: dict[str, Name] = {}


def name_of(name: str) -> Name:
    """The meaning of a name; remembered, up to a number of names and of characters."""
    known = KNOWN.get(name)
    return _learned(name) if known is None else known


def _learned(name: str) -> Name:
    meant = understood(name)
    if fires(name):
        return replace(meant, looked_at=True)
    if len(name) <= MAX_NAME:
        if len(KNOWN) >= MAX_KNOWN:
            KNOWN.clear()
        KNOWN[name] = meant
    return meant
