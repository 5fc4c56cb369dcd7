"""Limits that both sides moved: which of two is the looser."""

from fractions import Fraction
from typing import Any

from events.schemas.merging.kinds import Kind
from events.schemas.merging.three import Conflicts, Place, Three
from events.schemas.merging.values import ABSENT, Value

Json = Any
# What it means to leave one out, where that is a limit too.
DEFAULTS = {"minContains": 1, "uniqueItems": False}


def merge_limit(keyword: str, place: Place, three: Three, conflicts: Conflicts) -> Value:
    """Both loosened or both tightened it: the looser, so that what is valid for either stays valid."""
    chosen = _looser(keyword, three) if place.widens and _is_limit(keyword, three) else None
    if chosen is None:
        return conflicts.both_changed(place.path, three)
    return conflicts.add(place.path, Kind.LIMIT_LOOSENED, three, chosen[0])


def _is_limit(keyword: str, three: Three) -> bool:
    if keyword == "uniqueItems":
        return three.are(bool)
    if any(isinstance(value, bool) for value in three) or not three.are(int, float):
        return False
    return keyword != "multipleOf" or all(value is ABSENT or value > 0 for value in three)


def _looser(keyword: str, three: Three) -> tuple[Value] | None:
    base, ours, theirs = three
    loosened = _allows(keyword, ours, base) and _allows(keyword, theirs, base)
    tightened = _allows(keyword, base, ours) and _allows(keyword, base, theirs)
    if not (loosened or tightened):
        return None
    looser = [a for a, b in ((ours, theirs), (theirs, ours)) if _allows(keyword, a, b)]
    # Where both say the same, what is written goes before what is left out.
    looser.sort(key=lambda value: value is ABSENT)
    return (looser[0],) if looser else None


def _allows(keyword: str, a: Value, b: Value) -> bool:
    """Whether a limit allows all that another allows."""
    a, b = (DEFAULTS.get(keyword, ABSENT) if value is ABSENT else value for value in (a, b))
    if a is ABSENT or b is ABSENT:
        return a is ABSENT
    if keyword == "multipleOf":
        return (_exact(b) / _exact(a)).denominator == 1
    lower = keyword.startswith("min") or keyword == "exclusiveMinimum"
    return bool(a <= b) if lower or keyword == "uniqueItems" else bool(a >= b)


def _exact(number: float) -> Fraction:
    # 0.1 is a tenth, as it was written, not the double next to it.
    return Fraction(str(number))
