"""What a node says of the values of one kind, in fewer words: every lower bound is the negation of an upper one."""

from collections.abc import Callable
from fractions import Fraction

from events.schemas.compatibility.nodes import Node, Nodes, Op

KIND_OF_OP = {
    **dict.fromkeys((Op.AT_MOST, Op.BELOW, Op.AT_LEAST, Op.ABOVE, Op.MULTIPLE), "number"),
    **dict.fromkeys((Op.MAX_LENGTH, Op.MIN_LENGTH, Op.PATTERN, Op.FORMAT), "string"),
    **dict.fromkeys((Op.MAX_ITEMS, Op.MIN_ITEMS, Op.UNIQUE, Op.ITEM, Op.ITEMS, Op.CONTAINS, Op.COUNT), "array"),
    **dict.fromkeys(
        (Op.MAX_MEMBERS, Op.MIN_MEMBERS, Op.REQUIRED, Op.MEMBER, Op.MATCHING, Op.OTHERS, Op.NAMES), "object"
    ),
}
_LEAST = {Op.MIN_LENGTH: Op.MAX_LENGTH, Op.MIN_ITEMS: Op.MAX_ITEMS, Op.MIN_MEMBERS: Op.MAX_MEMBERS}
_LOWER = {Op.AT_LEAST: Op.BELOW, Op.ABOVE: Op.AT_MOST}
_BOOLEANS = 2


class Projection:
    """The projections of one comparison. `overlapping` says which pairs of alternatives some value fits both of."""

    def __init__(self, nodes: Nodes, overlapping: Callable[[tuple[Node, ...], str], set[tuple[int, int]]]) -> None:
        self._nodes = nodes
        self._overlapping = overlapping
        self._done: dict[tuple[Node, str], Node] = {}

    def of(self, node: Node, kind: str) -> Node:
        key = (node, kind)
        if key not in self._done:
            self._done[key] = self._project(node, kind)
        return self._done[key]

    def _project(self, node: Node, kind: str) -> Node:
        op, nodes = node.op, self._nodes
        if op in (Op.TRUE, Op.FALSE):
            return node
        if op is Op.NOT:
            return nodes.negate(self.of(node.args[0], kind))
        if op in (Op.ALL, Op.ANY):
            join = nodes.all if op is Op.ALL else nodes.any
            return join(self.of(part, kind) for part in node.args[0])
        if op is Op.REF:
            return self.of(nodes.targets[node.args], kind)
        if op is Op.ONE:
            return self._one(node.args[0], kind)
        return self._atom(node, kind)

    def _one(self, parts: tuple[Node, ...], kind: str) -> Node:
        """Any of them, and none of those that it may overlap with."""
        nodes = self._nodes
        left = tuple(part for part in (self.of(part, kind) for part in parts) if part is not nodes.false)
        pairs = self._overlapping(left, kind)
        alternatives = []
        for index, part in enumerate(left):
            others = (other for at, other in enumerate(left) if (min(at, index), max(at, index)) in pairs)
            alternatives.append(nodes.all((part, *map(nodes.negate, others))))
        return nodes.any(alternatives)

    def _atom(self, node: Node, kind: str) -> Node:
        op, nodes = node.op, self._nodes
        if op is Op.TYPE:
            return self._type(node.args[0], kind)
        if op is Op.IN:
            return self._within(node, kind)
        if op is Op.OPAQUE:
            return node if node.args[0] == kind else nodes.true
        return self._said(node) if KIND_OF_OP[op] == kind else nodes.true

    def _type(self, names: frozenset[str], kind: str) -> Node:
        if kind == "number" and "number" not in names and "integer" in names:
            return self._nodes.multiple(Fraction(1))
        return self._nodes.constant(kind in names)

    def _within(self, node: Node, kind: str) -> Node:
        keys = [key for key in node.args[0] if key[0] == kind]
        if kind == "null":
            return self._nodes.constant(bool(keys))
        if kind == "boolean" and len(keys) == _BOOLEANS:
            return self._nodes.true
        return self._nodes.within(keys)

    def _said(self, node: Node) -> Node:
        op, nodes, args = node.op, self._nodes, node.args
        if op in _LEAST:
            return nodes.true if args[0] == 0 else nodes.negate(nodes.make(_LEAST[op], args[0] - 1))
        if op in _LOWER:
            return nodes.negate(nodes.make(_LOWER[op], args[0]))
        if op is Op.REQUIRED:
            return nodes.negate(nodes.make(Op.MEMBER, args[0], nodes.false))
        if op is Op.CONTAINS:
            return self._contains(args[0], args[1], args[2], args[3])
        if op in (Op.ITEM, Op.ITEMS) and args[1] is nodes.false:
            return nodes.make(Op.MAX_ITEMS, args[0])
        if op in (Op.ITEM, Op.ITEMS, Op.MEMBER, Op.MATCHING, Op.OTHERS, Op.NAMES) and args[-1] is nodes.true:
            return nodes.constant(True)
        return node

    def _contains(self, first: int, node: Node, least: int, most: int | None) -> Node:
        enough = self._count(first, node, least)
        if most is None:
            return enough
        return self._nodes.all((enough, self._nodes.negate(self._count(first, node, most + 1))))

    def _count(self, first: int, node: Node, least: int) -> Node:
        nodes = self._nodes
        if least == 0:
            return nodes.true
        if node is nodes.true:
            return nodes.negate(nodes.make(Op.MAX_ITEMS, first + least - 1))
        return nodes.false if node is nodes.false else nodes.make(Op.COUNT, first, node, least)
