"""allOf, anyOf, oneOf, not, if / then / else."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.nodes import Node

if TYPE_CHECKING:
    from events.schemas.compatibility.building.build import Builder

Json = Any
Schema = Mapping[str, Json]
KEYWORDS = frozenset({"allOf", "anyOf", "oneOf", "not", "if"})


def applicators(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    nodes = builder.nodes
    if "allOf" in schema:
        yield nodes.all(builder.build(inner, base, False) for inner in schema["allOf"])
    if "anyOf" in schema:
        yield nodes.any(builder.build(inner, base, False) for inner in schema["anyOf"])
    if "oneOf" in schema:
        yield nodes.one(builder.build(inner, base, False) for inner in schema["oneOf"])
    if "not" in schema:
        yield nodes.negate(builder.build(schema["not"], base, False))
    if "if" in schema:
        yield from _conditions(builder, schema, base)


def _conditions(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    condition = builder.build(schema["if"], base, False)
    if "then" in schema:
        yield builder.nodes.implies(condition, builder.build(schema["then"], base, False))
    if "else" in schema:
        yield builder.nodes.any((condition, builder.build(schema["else"], base, False)))
