"""type, enum, const, and what says something of numbers and strings."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.nodes import Node, Nodes, Op
from events.schemas.compatibility.oracle import ASSERTED_FORMATS, DISPUTED_FORMATS
from events.schemas.compatibility.values import SCALARS, exact, key_of, kind_of

if TYPE_CHECKING:
    from events.schemas.compatibility.building.build import Builder

Json = Any
_MEASURES: Mapping[str, tuple[Op, Callable[[Json], Fraction | int]]] = {
    "minimum": (Op.AT_LEAST, exact),
    "maximum": (Op.AT_MOST, exact),
    "exclusiveMinimum": (Op.ABOVE, exact),
    "exclusiveMaximum": (Op.BELOW, exact),
    "multipleOf": (Op.MULTIPLE, exact),
    "minLength": (Op.MIN_LENGTH, int),
    "maxLength": (Op.MAX_LENGTH, int),
    "minItems": (Op.MIN_ITEMS, int),
    "maxItems": (Op.MAX_ITEMS, int),
    "minProperties": (Op.MIN_MEMBERS, int),
    "maxProperties": (Op.MAX_MEMBERS, int),
}
KEYWORDS = frozenset({*_MEASURES, "type", "const", "enum", "pattern", "format", "contentMediaType", "contentEncoding"})


def scalars(builder: "Builder", schema: Mapping[str, Json], base: str) -> Iterator[Node]:
    nodes = builder.nodes
    yield from _kinds(nodes, schema)
    for keyword in (keyword for keyword in schema if keyword in _MEASURES):
        op, read = _MEASURES[keyword]
        yield nodes.make(op, read(schema[keyword]))
    if "pattern" in schema:
        yield nodes.make(Op.PATTERN, schema["pattern"])
    if "format" in schema:
        yield _format(builder, schema["format"])
    if not builder.modern:
        yield from _content(nodes, schema)


def _kinds(nodes: Nodes, schema: Mapping[str, Json]) -> Iterator[Node]:
    if "type" in schema:
        names = schema["type"]
        yield nodes.kinds([names] if isinstance(names, str) else names)
    if "const" in schema:
        yield equal(nodes, schema["const"])
    if "enum" in schema:
        yield any_of_values(nodes, schema["enum"])


def _format(builder: "Builder", name: str) -> Node:
    if name in DISPUTED_FORMATS and not builder.modern:
        return builder.nodes.make(Op.OPAQUE, "string", f"format {name}")
    asserted = name in ASSERTED_FORMATS or name in DISPUTED_FORMATS
    return builder.nodes.make(Op.FORMAT, name) if asserted else builder.nodes.true


def _content(nodes: Nodes, schema: Mapping[str, Json]) -> Iterator[Node]:
    said = tuple((key, schema[key]) for key in ("contentMediaType", "contentEncoding") if key in schema)
    if said:
        yield nodes.make(Op.OPAQUE, "string", said)


def any_of_values(nodes: Nodes, values: list[Json]) -> Node:
    """One of these values: the scalars in one node, so that a thousand of them cost little."""
    scalar = [key_of(value) for value in values if kind_of(value) in SCALARS]
    others = [equal(nodes, value) for value in values if kind_of(value) not in SCALARS]
    return nodes.any((nodes.within(scalar), *others))


def equal(nodes: Nodes, value: Json) -> Node:
    """Exactly this value, said with the same nodes as any other schema."""
    kind = kind_of(value)
    if kind == "array":
        size = len(value)
        items = (nodes.make(Op.ITEM, index, equal(nodes, item)) for index, item in enumerate(value))
        sized = (nodes.make(Op.MIN_ITEMS, size), nodes.make(Op.MAX_ITEMS, size))
        return nodes.all((nodes.kinds(["array"]), *sized, *items))
    if kind == "object":
        names = (nodes.make(Op.REQUIRED, name) for name in value)
        items = (nodes.make(Op.MEMBER, name, equal(nodes, item)) for name, item in value.items())
        closed = nodes.make(Op.OTHERS, frozenset(value), frozenset(), nodes.false)
        return nodes.all((nodes.kinds(["object"]), closed, *names, *items))
    return nodes.within([key_of(value)])
