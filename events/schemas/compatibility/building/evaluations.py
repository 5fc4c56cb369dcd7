"""Which members and items of an instance the schemas of one place look at, and on what condition.

For the `unevaluated...` keywords, and for what a writer declares.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.budget import UndecidedError
from events.schemas.compatibility.building.arrays import positions
from events.schemas.compatibility.nodes import Node, Op

if TYPE_CHECKING:
    from events.schemas.compatibility.building.build import Builder

Json = Any
Schema = Mapping[str, Json]
Guards = tuple[Node, ...]
MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Looked:
    """What one schema looks at where all of `guards` hold. `contained` are schemas of items that it looks at."""

    guards: Guards
    names: frozenset[str] = frozenset()
    patterns: frozenset[str] = frozenset()
    every_member: bool = False
    first_items: int = 0
    every_item: bool = False
    contained: tuple[Node, ...] = ()


def looked_at(
    builder: "Builder", schema: Schema, base: str, guards: Guards = (), own: bool = True, depth: int = 0
) -> Iterator[Looked]:
    """`own` leaves the `unevaluated...` keywords of this schema out: it is they who ask."""
    if not isinstance(schema, dict):
        return
    if depth > MAX_DEPTH or (builder.modern and "dependencies" in schema):
        raise UndecidedError("too many schemas of one place, or one of which validators differ")
    if builder.modern or "$ref" not in schema:
        yield _itself(builder, schema, base, guards, own)
        for inner, condition in _applied(builder, schema, base):
            place = builder.references.base_of(inner, base)
            yield from looked_at(builder, inner, place, guards + condition, False, depth + 1)
    for target in builder.targets(schema, base):
        place = builder.references.base_of(target.schema, target.base)
        yield from looked_at(builder, target.schema, place, guards, False, depth + 1)


def _itself(builder: "Builder", schema: Schema, base: str, guards: Guards, own: bool) -> Looked:
    first, rest = positions(schema, builder.modern)
    contained = builder.modern and "contains" in schema
    return Looked(
        guards,
        frozenset(schema.get("properties", ())),
        frozenset(schema.get("patternProperties", ())),
        "additionalProperties" in schema or (not own and "unevaluatedProperties" in schema),
        len(first),
        rest is not None or (not own and "unevaluatedItems" in schema),
        (builder.build(schema["contains"], base),) if contained else (),
    )


def _applied(builder: "Builder", schema: Schema, base: str) -> Iterator[tuple[Json, Guards]]:
    """The subschemas for the same instance, each with what must hold for it to count."""
    for inner in schema.get("allOf", ()):
        yield inner, ()
    for keyword in ("anyOf", "oneOf"):
        for inner in schema.get(keyword, ()):
            yield inner, (builder.build(inner, base, False),)
    for name, inner in schema.get("dependentSchemas" if builder.modern else "dependencies", {}).items():
        present = builder.nodes.all((builder.nodes.kinds(["object"]), builder.nodes.make(Op.REQUIRED, name)))
        yield inner, (present,)
    if "if" in schema:
        yield from _conditional(builder, schema, base)


def _conditional(builder: "Builder", schema: Schema, base: str) -> Iterator[tuple[Json, Guards]]:
    condition = builder.build(schema["if"], base, False)
    yield schema["if"], (condition,)
    yield schema.get("then", True), (condition,)
    yield schema.get("else", True), (builder.nodes.negate(condition),)
