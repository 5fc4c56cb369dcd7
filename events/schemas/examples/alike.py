"""All the schemas that judge one value: what references lead to, and one branch of each alternative."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from events.schemas.documents.dialect import Dialect
from events.schemas.documents.document import SchemaDocument
from events.schemas.documents.keywords import subschemas
from events.schemas.documents.references import at
from events.schemas.examples.draw import MAX_DEPTH, Draw
from events.schemas.examples.errors import NoExampleError


class Placed(NamedTuple):
    """A schema and where it is in its document."""

    place: str
    schema: Any

    def under(self, path: str, schema: Any) -> "Placed":
        return Placed(self.place + path, schema)


class Maker(Protocol):
    """What objects and arrays have their members made by."""

    document: SchemaDocument
    draw: Draw

    def value(self, start: Sequence[Placed], depth: int = 0) -> Any: ...


def gathered(document: SchemaDocument, start: Sequence[Placed], draw: Draw, depth: int) -> list[Placed]:
    """Objects only: `true` asks for nothing, and where `false` judges there is no example."""
    found: list[Placed] = []
    waiting = list(start)
    while waiting:
        one = waiting.pop()
        if one.schema is False:
            raise NoExampleError
        if isinstance(one.schema, dict):
            draw.spend()
            if not _is_replaced(document, one):
                found.append(one)
            waiting.extend(_with(document, one, draw, depth))
    return found


def _is_replaced(document: SchemaDocument, one: Placed) -> bool:
    """In draft-07 nothing counts beside a reference."""
    return document.dialect is Dialect.DRAFT_7 and one.place in document.targets


def _with(document: SchemaDocument, one: Placed, draw: Draw, depth: int) -> Iterator[Placed]:
    if targets := document.targets.get(one.place):
        yield Placed(targets[0], at(document.schema, targets[0]))
    if _is_replaced(document, one):
        return
    choices: dict[str, list[Placed]] = {"anyOf": [], "oneOf": []}
    conditions: dict[str, Placed] = {}
    for keyword, path, schema in subschemas(one.schema):
        placed = one.under(path, schema)
        if keyword == "allOf":
            yield placed
        elif keyword in choices:
            choices[keyword].append(placed)
        elif keyword in ("if", "then", "else"):
            conditions[keyword] = placed
    for branches in choices.values():
        if branches:
            yield _branch(branches, draw, depth)
    if "if" in conditions:
        yield from _condition(conditions, draw)


def _branch(branches: Sequence[Placed], draw: Draw, depth: int) -> Placed:
    """Any; deep down one that refers to nothing, so that recursion ends."""
    if depth >= MAX_DEPTH // 2:
        plain = [one for one in branches if isinstance(one.schema, dict) and "$ref" not in str(one.schema)]
        branches = plain or branches
    return draw.among(branches)


def _condition(conditions: dict[str, Placed], draw: Draw) -> Iterator[Placed]:
    """Its fulfilment with `then`, or `else` in the hope that the condition will not hold."""
    if draw.among((True, False)):
        yield conditions["if"]
        conditions.pop("else", None)
    else:
        conditions.pop("then", None)
    yield from (placed for keyword, placed in conditions.items() if keyword != "if")
