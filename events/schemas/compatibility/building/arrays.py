"""What says something of arrays."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.nodes import Node, Op

if TYPE_CHECKING:
    from events.schemas.compatibility.building.build import Builder

Json = Any
Schema = Mapping[str, Json]
KEYWORDS = frozenset({"items", "prefixItems", "additionalItems", "uniqueItems", "contains"})


def arrays(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    first, rest = positions(schema, builder.modern)
    for index, inner in enumerate(first):
        yield builder.nodes.make(Op.ITEM, index, builder.build(inner, base))
    if rest is not None:
        yield builder.nodes.make(Op.ITEMS, len(first), builder.build(rest, base))
    if schema.get("uniqueItems") is True:
        yield builder.nodes.make(Op.UNIQUE)
    if "contains" in schema:
        yield _contains(builder, schema, base)


def positions(schema: Schema, modern: bool) -> tuple[list[Json], Json | None]:
    """The schemas of the first items, and that of the others, None where there is none."""
    if modern:
        return schema.get("prefixItems", []), schema.get("items")
    items = schema.get("items")
    if isinstance(items, list):
        return items, schema.get("additionalItems")
    return [], items


def _contains(builder: "Builder", schema: Schema, base: str) -> Node:
    inner = builder.build(schema["contains"], base)
    least, most = 1, None
    if builder.modern:
        least, most = int(schema.get("minContains", 1)), schema.get("maxContains")
    return builder.nodes.make(Op.CONTAINS, 0, inner, least, None if most is None else int(most))
