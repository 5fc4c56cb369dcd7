"""Filter expressions of the CloudEvents Subscriptions API: JSON in, a condition out, errors with their place.

A filter is an object with one member, named by its dialect. A new dialect is a function in DIALECTS.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from routing.matching.condition import AllOf, AnyOf, Compare, Condition, Not
from routing.matching.errors import FilterError, pointer, quoted

MAX_DEPTH = 8
MAX_FILTERS = 200
MAX_VALUE = 1024
ATTRIBUTE = re.compile(r"[a-z0-9]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where in the expression the parser is, and how much of it there was so far."""

    place: str = ""
    depth: int = 0
    seen: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def step(self, key: str | int, *, deeper: int = 0) -> "Cursor":
        return Cursor(pointer(self.place, key), self.depth + deeper, self.seen)

    def refuse(self, message: str) -> NoReturn:
        raise FilterError(self.place, message)

    def count(self) -> None:
        if next(self.seen) > MAX_FILTERS:
            self.refuse(f"more than {MAX_FILTERS} filters in one expression")


def parse_filters(value: object, place: str = "") -> AllOf:
    """The list of a rule or of a condition: all of it must hold, an empty one always does."""
    return AllOf(_filters(value, Cursor(place)))


def _filters(value: object, at: Cursor) -> tuple[Condition, ...]:
    if not isinstance(value, list):
        at.refuse("must be a list of filters")
    return tuple(_filter(item, at.step(index)) for index, item in enumerate(value))


def _filter(value: object, at: Cursor) -> Condition:
    at.count()
    if at.depth >= MAX_DEPTH:
        at.refuse(f"filters are nested more than {MAX_DEPTH} deep")
    if not isinstance(value, dict) or len(value) != 1:
        at.refuse('must be an object with one member, its dialect, such as {"exact": {"type": "com.example.made"}}')
    [(dialect, operand)] = value.items()
    parse = DIALECTS.get(dialect)
    if parse is None:
        at.step(dialect).refuse(f"unknown dialect {quoted(str(dialect))}; known are {', '.join(sorted(DIALECTS))}")
    return parse(operand, at.step(dialect, deeper=1))


def _comparison(dialect: str) -> Callable[[object, Cursor], Condition]:
    def parse(value: object, at: Cursor) -> Condition:
        if not isinstance(value, dict) or not value:
            at.refuse(f"{dialect} must be an object of attribute names and strings")
        return AllOf(tuple(_compare(dialect, name, operand, at.step(name)) for name, operand in value.items()))

    return parse


def _compare(dialect: str, name: str, operand: object, at: Cursor) -> Compare:
    at.count()
    if not ATTRIBUTE.match(name) or name == "data":
        at.refuse(f"{dialect}: {quoted(name)} is no name of an attribute (lower-case letters and digits)")
    if not isinstance(operand, str):
        at.refuse(f"{dialect} compares with a string, this is {_kind(operand)}")
    if not operand or len(operand) > MAX_VALUE:
        at.refuse(f"{dialect} compares with a string of 1 to {MAX_VALUE} characters")
    return Compare(dialect, name, operand, at.place)


def _nested(dialect: str, value: object, at: Cursor) -> tuple[Condition, ...]:
    if not isinstance(value, list) or not value:
        at.refuse(f"{dialect} must be a list of at least one filter")
    return _filters(value, at)


def _all(value: object, at: Cursor) -> Condition:
    return AllOf(_nested("all", value, at))


def _any(value: object, at: Cursor) -> Condition:
    return AnyOf(_nested("any", value, at), at.place)


def _not(value: object, at: Cursor) -> Condition:
    return Not(_filter(value, at), at.place)


def _sql(_value: object, at: Cursor) -> Condition:
    at.refuse("the dialect sql (CESQL) is not supported yet")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")


DIALECTS: Mapping[str, Callable[[object, Cursor], Condition]] = {
    "all": _all,
    "any": _any,
    "exact": _comparison("exact"),
    "not": _not,
    "prefix": _comparison("prefix"),
    "sql": _sql,
    "suffix": _comparison("suffix"),
}
