"""What changed from one version to the next, as people read it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

FIRST = "The first version."
NOTHING = "No change of what is valid."
MAX_LINES = 200

_ORDER = ("BLOCK", "ERROR", "WARN", "INFO")
_HEADINGS = {"BLOCK": "Breaking", "ERROR": "Breaking", "WARN": "To be looked at", "INFO": "Other"}


def changelog(changes: Iterable[Mapping[str, Any]]) -> str:
    """Markdown, the gravest first. `changes` are as their `as_json`: path, kind, severity, message."""
    graded = sorted(changes, key=_rank)
    if not graded:
        return NOTHING
    groups = groupby(graded[:MAX_LINES], key=lambda change: _HEADINGS.get(str(change["severity"]), "Other"))
    more = len(graded) - MAX_LINES
    rest = [f"and {more} more changes"] if more > 0 else []
    return "\n\n".join([*(_group(heading, list(group)) for heading, group in groups), *rest])


def with_remark(text: str, remark: str) -> str:
    """The changelog with what was said of the version later."""
    return "\n\n".join(part for part in (text, remark) if part)


def _rank(change: Mapping[str, Any]) -> int:
    severity = str(change["severity"])
    return _ORDER.index(severity) if severity in _ORDER else len(_ORDER)


def _group(heading: str, changes: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join([f"{heading}:", *map(_line, changes)])


def _line(change: Mapping[str, Any]) -> str:
    # One line each, whatever a schema's members are called.
    said = " ".join(str(change["message"]).split())
    return f"- `{change['path'] or '/'}` {said}"
