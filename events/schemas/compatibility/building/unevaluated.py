"""unevaluatedProperties and unevaluatedItems: said with the other nodes, case by case of what was looked at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from events.schemas.compatibility.building.evaluations import Looked, looked_at
from events.schemas.compatibility.building.role import Role
from events.schemas.compatibility.nodes import Node, Op

if TYPE_CHECKING:
    from events.schemas.compatibility.building.build import Builder

Json = Any
Schema = Mapping[str, Json]
KEYWORDS = frozenset({"unevaluatedProperties", "unevaluatedItems"})
Said = Callable[[Looked], Node]
# The cases double with each condition.
MAX_CONDITIONS = 7


def unevaluated(builder: "Builder", schema: Schema, base: str) -> Iterator[Node]:
    if not builder.modern:
        return
    if "unevaluatedProperties" in schema:
        inner = builder.build(schema["unevaluatedProperties"], base)
        ignored = builder.role is Role.READER and inner is builder.nodes.false
        if inner is not builder.nodes.true and not ignored:
            yield _by_case(builder, schema, base, "object", lambda seen: _members(builder, seen, inner))
    if "unevaluatedItems" in schema:
        inner_items = builder.build(schema["unevaluatedItems"], base)
        yield _by_case(builder, schema, base, "array", lambda seen: _items(builder, seen, inner_items))


def declared(builder: "Builder", schema: Schema, base: str) -> tuple[set[str], set[str], bool]:
    """The names and patterns of members that a schema declares anywhere, and whether it says what others may be."""
    seen = list(looked_at(builder, schema, base, own=False))
    names = {name for one in seen for name in one.names}
    patterns = {pattern for one in seen for pattern in one.patterns}
    return names, patterns, any(one.every_member for one in seen)


def _members(builder: "Builder", seen: Looked, inner: Node) -> Node:
    if seen.every_member:
        return builder.nodes.true
    return builder.nodes.make(Op.OTHERS, seen.names, seen.patterns, inner)


def _items(builder: "Builder", seen: Looked, inner: Node) -> Node:
    if seen.every_item:
        return builder.nodes.true
    return builder.nodes.make(Op.ITEMS, seen.first_items, builder.nodes.any((inner, *seen.contained)))


def _by_case(builder: "Builder", schema: Schema, base: str, kind: str, said: Said) -> Node:
    always, conditional = Looked(()), list[Looked]()
    for one in looked_at(builder, schema, base):
        if one.guards:
            conditional.append(one)
        else:
            always = _both(always, one)
    news = [one for one in conditional if _both(always, one) != always]
    if len(news) > MAX_CONDITIONS:
        return builder.nodes.make(Op.OPAQUE, kind, ("unevaluated", id(builder), id(schema)))
    return _cases(builder, always, news, said)


def _cases(builder: "Builder", seen: Looked, conditional: Sequence[Looked], said: Said) -> Node:
    if not conditional:
        return said(seen)
    first, rest = conditional[0], conditional[1:]
    nodes = builder.nodes
    condition = nodes.all(first.guards)
    holds = nodes.implies(condition, _cases(builder, _both(seen, first), rest, said))
    return nodes.all((holds, nodes.any((condition, _cases(builder, seen, rest, said)))))


def _both(one: Looked, other: Looked) -> Looked:
    return replace(
        one,
        names=one.names | other.names,
        patterns=one.patterns | other.patterns,
        every_member=one.every_member or other.every_member,
        first_items=max(one.first_items, other.first_items),
        every_item=one.every_item or other.every_item,
        contained=tuple(dict.fromkeys(one.contained + other.contained)),
    )
