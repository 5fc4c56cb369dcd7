"""From a schema to its formula. Keywords that have no meaning for an instance are not looked at."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from events.schemas.compatibility.budget import Meter, UndecidedError
from events.schemas.compatibility.building import applicators, arrays, members, scalars, unevaluated
from events.schemas.compatibility.building.references import References, Target
from events.schemas.compatibility.building.role import Role
from events.schemas.compatibility.nodes import Node, Nodes, Op

Json = Any
Schema = Mapping[str, Json]
Keyword = Callable[["Builder", Schema, str], Iterable[Node]]

KEYWORDS: tuple[tuple[frozenset[str], Keyword], ...] = (
    (scalars.KEYWORDS, scalars.scalars),
    (members.KEYWORDS, members.members),
    (arrays.KEYWORDS, arrays.arrays),
    (applicators.KEYWORDS, applicators.applicators),
    (unevaluated.KEYWORDS, unevaluated.unevaluated),
)


class Builder:
    """Builds the nodes of one document. `modern` is 2020-12, else draft-07."""

    def __init__(self, nodes: Nodes, document: Json, modern: bool, role: Role, meter: Meter) -> None:
        self.nodes = nodes
        self.modern = modern
        self.role = role
        self.references = References(document, modern)
        self._document = document
        self._meter = meter
        self._built: dict[tuple[int, str, bool], Node] = {}
        self._under_way: set[tuple[int, str, bool]] = set()

    def root(self) -> Node:
        """The whole document. Raises UndecidedError."""
        node = self.part(self._document, "")
        if self.references.refers:
            own = [target for key, target in self.nodes.targets.items() if key[0] == id(self)]
            refuse_loops(self.nodes, [*own, node])
        return node

    def part(self, schema: Json, base: str) -> Node:
        """A schema of the document. Raises UndecidedError, also when that was raised before."""
        if self._under_way:
            raise UndecidedError("it was given up before")
        return self.build(schema, base)

    def build(self, schema: Json, base: str, whole: bool = True) -> Node:
        """`base` is that around the schema; `whole` says that it is no part of another schema of the same place."""
        if isinstance(schema, bool):
            return self.nodes.constant(schema)
        if not isinstance(schema, dict):
            raise UndecidedError("no schema")
        whole = whole and self.role is Role.WRITER
        key = (id(schema), base, whole)
        if key in self._built:
            return self._built[key]
        if key in self._under_way:
            return self.nodes.make(Op.REF, id(self), *key)
        return self._build(schema, base, whole, key)

    def _build(self, schema: Schema, base: str, whole: bool, key: tuple[int, str, bool]) -> Node:
        self._meter.spend()
        self._under_way.add(key)
        inner = self.references.base_of(schema, base)
        node = self.nodes.all(self._parts(schema, inner, whole))
        self._under_way.discard(key)
        self._built[key] = node
        self.nodes.targets[(id(self), *key)] = node
        return node

    def _parts(self, schema: Schema, base: str, whole: bool) -> Iterator[Node]:
        if not self.modern and "$ref" in schema:
            yield from self._referred(schema, base, False)
        else:
            for keywords, said in KEYWORDS:
                if not keywords.isdisjoint(schema):
                    yield from said(self, schema, base)
            yield from self._referred(schema, base, False)
        if whole:
            yield from members.closed(self, schema, base)

    def _referred(self, schema: Schema, base: str, whole: bool) -> Iterator[Node]:
        for target in self.targets(schema, base):
            yield self.build(target.schema, target.base, whole)

    def targets(self, schema: Schema, base: str) -> Iterator[Target]:
        """Where the references of this schema lead. The base is that around the target, or its own."""
        if isinstance(schema.get("$ref"), str):
            yield self.references.find(schema["$ref"], base)
        if self.modern and isinstance(schema.get("$dynamicRef"), str):
            yield self.references.dynamic(schema["$dynamicRef"], base)


def refuse_loops(nodes: Nodes, roots: Iterable[Node]) -> None:
    """Raises UndecidedError when a schema refers to itself for the same instance: that has no meaning."""
    done: set[Node] = set()
    for node in roots:
        _walk(nodes, node, set(), done)


def _walk(nodes: Nodes, node: Node, above: set[Node], done: set[Node]) -> None:
    if node in above:
        raise UndecidedError("a schema that refers to itself without an end")
    if node in done or node.op not in (Op.ALL, Op.ANY, Op.NOT, Op.ONE, Op.REF):
        return
    above.add(node)
    for part in parts_of(nodes, node):
        _walk(nodes, part, above, done)
    above.discard(node)
    done.add(node)


def parts_of(nodes: Nodes, node: Node) -> Iterable[Node]:
    """What says something of the same instance."""
    if node.op is Op.REF:
        return (nodes.targets[node.args],)
    return (node.args[0],) if node.op is Op.NOT else node.args[0]
