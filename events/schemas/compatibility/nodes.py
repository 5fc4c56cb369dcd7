"""Schemas as formulas: nodes that are made once each, so that equal subschemas are the same object.

A node says something of one instance. Those of one kind of value (bounds, members, ...) say nothing of the others.
"""

from collections.abc import Iterable
from enum import IntEnum, auto
from fractions import Fraction
from typing import Any

Signed = tuple["Node", bool]


class Op(IntEnum):
    """What a node says. Arguments are beside it. Integers, because they are hashed often."""

    TRUE = auto()
    FALSE = auto()
    ALL = auto()  # tuple of nodes
    ANY = auto()  # tuple of nodes
    NOT = auto()  # node
    ONE = auto()  # tuple of nodes, of which exactly one holds
    REF = auto()  # key of a schema that refers to itself
    TYPE = auto()  # frozenset of type names
    IN = auto()  # frozenset of keys of scalars
    OPAQUE = auto()  # kind, what cannot be reasoned about
    AT_MOST = auto()  # Fraction
    BELOW = auto()  # Fraction
    AT_LEAST = auto()  # Fraction
    ABOVE = auto()  # Fraction
    MULTIPLE = auto()  # Fraction
    MAX_LENGTH = auto()  # int
    MIN_LENGTH = auto()  # int
    PATTERN = auto()  # text
    FORMAT = auto()  # name
    MAX_ITEMS = auto()  # int
    MIN_ITEMS = auto()  # int
    UNIQUE = auto()
    ITEM = auto()  # index, node
    ITEMS = auto()  # index from which on, node
    CONTAINS = auto()  # index from which on, node, least, most or None
    COUNT = auto()  # index from which on, node, least
    MAX_MEMBERS = auto()  # int
    MIN_MEMBERS = auto()  # int
    REQUIRED = auto()  # name
    MEMBER = auto()  # name, node
    MATCHING = auto()  # pattern, node
    OTHERS = auto()  # frozenset of names, frozenset of patterns, node for what is neither
    NAMES = auto()  # node for each name


class Node:
    """Made by `Nodes` only: two of the same meaning by construction are identical."""

    __slots__ = ("args", "op", "serial")

    def __init__(self, op: Op, args: tuple[Any, ...], serial: int) -> None:
        self.op = op
        self.args = args
        self.serial = serial

    def __repr__(self) -> str:
        return f"{self.op.name}{list(self.args)}" if self.args else self.op.name


class Nodes:
    """Makes the nodes of one comparison. `targets` are the schemas that REF nodes mean."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Node] = {}
        self.true = self.make(Op.TRUE)
        self.false = self.make(Op.FALSE)
        self.targets: dict[Any, Node] = {}

    def make(self, op: Op, *args: Any) -> Node:
        key = (op, *args)
        node = self._made.get(key)
        if node is None:
            node = self._made[key] = Node(op, args, len(self._made))
        return node

    def constant(self, value: bool) -> Node:
        return self.true if value else self.false

    def negate(self, node: Node) -> Node:
        if node.op is Op.NOT:
            inner: Node = node.args[0]
            return inner
        if node in (self.true, self.false):
            return self.constant(node is self.false)
        return self.make(Op.NOT, node)

    def all(self, nodes: Iterable[Node]) -> Node:
        return self._join(Op.ALL, nodes, self.true, self.false)

    def any(self, nodes: Iterable[Node]) -> Node:
        return self._join(Op.ANY, nodes, self.false, self.true)

    def _join(self, op: Op, nodes: Iterable[Node], neutral: Node, final: Node) -> Node:
        parts: dict[Node, None] = {}
        for node in nodes:
            parts.update(dict.fromkeys(node.args[0]) if node.op is op else {node: None})
        parts.pop(neutral, None)
        if final in parts or any(part.op is Op.NOT and part.args[0] in parts for part in parts):
            return final
        if len(parts) == 1:
            return next(iter(parts))
        return self._made_of(op, tuple(parts)) if parts else neutral

    def _made_of(self, op: Op, parts: tuple[Node, ...]) -> Node:
        # The order of the first is kept, so that the search is the same in every run.
        key = (op, frozenset(parts))
        node = self._made.get(key)
        if node is None:
            node = self._made[key] = Node(op, (parts,), len(self._made))
        return node

    def one(self, nodes: Iterable[Node]) -> Node:
        """Exactly one of them; what is listed twice counts twice."""
        parts = tuple(node for node in nodes if node is not self.false)
        if len(parts) == 1:
            return parts[0]
        return self.make(Op.ONE, parts) if parts else self.false

    def implies(self, condition: Node, consequence: Node) -> Node:
        return self.any((self.negate(condition), consequence))

    def within(self, keys: Iterable[Any]) -> Node:
        """One of these scalars."""
        wanted = frozenset(keys)
        return self.make(Op.IN, wanted) if wanted else self.false

    def kinds(self, names: Iterable[str]) -> Node:
        return self.make(Op.TYPE, frozenset(names))

    def multiple(self, of: Fraction) -> Node:
        return self.make(Op.MULTIPLE, of)
