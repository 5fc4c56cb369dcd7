"""What says something of objects."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.building.role import Role
from events.schemas.compatibility.building.unevaluated import declared
from events.schemas.compatibility.nodes import Node, Op

if TYPE_CHECKING:
    from events.schemas.compatibility.building.build import Builder

Json = Any
Schema = Mapping[str, Json]
KEYWORDS = frozenset(
    {"required", "properties", "patternProperties", "additionalProperties", "propertyNames"}
    | {"dependencies", "dependentRequired", "dependentSchemas"}
)


def members(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    nodes = builder.nodes
    yield from (nodes.make(Op.REQUIRED, name) for name in schema.get("required", ()))
    for name, inner in schema.get("properties", {}).items():
        yield nodes.make(Op.MEMBER, name, builder.build(inner, base))
    for pattern, inner in schema.get("patternProperties", {}).items():
        yield nodes.make(Op.MATCHING, pattern, builder.build(inner, base))
    if "additionalProperties" in schema:
        yield from _additional(builder, schema, base)
    if "propertyNames" in schema:
        yield nodes.make(Op.NAMES, builder.build(schema["propertyNames"], base))
    yield from _dependencies(builder, schema, base)


def _additional(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    inner = builder.build(schema["additionalProperties"], base)
    if inner is builder.nodes.false and builder.role is Role.READER:
        return
    if inner is not builder.nodes.true:
        names = frozenset(schema.get("properties", ()))
        patterns = frozenset(schema.get("patternProperties", ()))
        yield builder.nodes.make(Op.OTHERS, names, patterns, inner)


def _dependencies(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    if not builder.modern:
        yield from _depending(builder, schema, base, "dependencies")
        return
    yield from _depending(builder, schema, base, "dependentRequired")
    yield from _depending(builder, schema, base, "dependentSchemas")
    if "dependencies" in schema:
        # Not of this draft, yet the validator looks at it, as some others do: it may say that or nothing.
        nodes = builder.nodes
        unknown = nodes.make(Op.OPAQUE, "object", ("dependencies", id(builder), id(schema)))
        yield nodes.any((unknown, nodes.all(_depending(builder, schema, base, "dependencies"))))


def _depending(builder: "Builder", schema: Schema, base: str, keyword: str) -> Iterator[Node]:
    for name, wanted in schema.get(keyword, {}).items():
        if isinstance(wanted, list):
            needed = builder.nodes.all(builder.nodes.make(Op.REQUIRED, other) for other in wanted)
        else:
            needed = builder.build(wanted, base, False)
        yield builder.nodes.implies(has(builder, name), needed)


def has(builder: "Builder", name: str) -> Node:
    """An object with that member."""
    return builder.nodes.all((builder.nodes.kinds(["object"]), builder.nodes.make(Op.REQUIRED, name)))


def closed(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    """A writer's object has no members but those that are declared, when any are and nothing speaks of the others."""
    names, patterns, spoken_of = declared(builder, schema, base)
    if names and not spoken_of:
        yield builder.nodes.make(Op.OTHERS, frozenset(names), frozenset(patterns), builder.nodes.false)
