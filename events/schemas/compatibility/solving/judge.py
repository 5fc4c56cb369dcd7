"""Whether a node holds of a value: to see at once which claims a value that was found already fits."""

from collections.abc import Mapping
from typing import Any

from events.schemas.compatibility.nodes import Node, Nodes, Op
from events.schemas.compatibility.oracle import conforms
from events.schemas.compatibility.solving.strings import matches
from events.schemas.compatibility.values import exact, key_of, kind_of

_KINDS = {
    "number": {Op.AT_MOST, Op.BELOW, Op.AT_LEAST, Op.ABOVE, Op.MULTIPLE},
    "string": {Op.MAX_LENGTH, Op.MIN_LENGTH, Op.PATTERN, Op.FORMAT},
    "array": {Op.MAX_ITEMS, Op.MIN_ITEMS, Op.UNIQUE, Op.ITEM, Op.ITEMS, Op.CONTAINS, Op.COUNT},
    "object": {Op.MAX_MEMBERS, Op.MIN_MEMBERS, Op.REQUIRED, Op.MEMBER, Op.MATCHING, Op.OTHERS, Op.NAMES},
}


class UnjudgedError(Exception):
    """The node says something that is not understood."""


def holds(nodes: Nodes, node: Node, value: Any) -> bool:
    """Raises UnjudgedError."""
    op, args = node.op, node.args
    if op in (Op.TRUE, Op.FALSE):
        return op is Op.TRUE
    if op is Op.NOT:
        return not holds(nodes, args[0], value)
    if op in (Op.ALL, Op.ANY):
        parts = (holds(nodes, part, value) for part in args[0])
        return all(parts) if op is Op.ALL else any(parts)
    if op is Op.ONE:
        return sum(holds(nodes, part, value) for part in args[0]) == 1
    if op is Op.REF:
        return holds(nodes, nodes.targets[args], value)
    return _atom(nodes, node, value)


def _atom(nodes: Nodes, node: Node, value: Any) -> bool:
    op, kind = node.op, kind_of(value)
    if op is Op.OPAQUE:
        raise UnjudgedError
    if op is Op.IN:
        return key_of(value) in node.args[0]
    if op is Op.TYPE:
        return kind in node.args[0] or (
            kind == "number" and "integer" in node.args[0] and exact(value).denominator == 1
        )
    if op not in _KINDS.get(kind, ()):
        return True
    if kind == "number":
        return _number(node, value)
    if kind == "string":
        return _string(node, value)
    return _array(nodes, node, value) if kind == "array" else _object(nodes, node, value)


def _number(node: Node, value: Any) -> bool:
    number, limit = exact(value), node.args[0]
    if node.op is Op.MULTIPLE:
        return bool((number / limit).denominator == 1)
    comparisons = {
        Op.AT_MOST: number <= limit,
        Op.BELOW: number < limit,
        Op.AT_LEAST: number >= limit,
        Op.ABOVE: number > limit,
    }
    return bool(comparisons[node.op])


def _string(node: Node, text: str) -> bool:
    said = node.args[0]
    if node.op is Op.PATTERN:
        return matches(said, text)
    if node.op is Op.FORMAT:
        return conforms("format", said, text)
    return bool(len(text) <= said if node.op is Op.MAX_LENGTH else len(text) >= said)


def _array(nodes: Nodes, node: Node, items: list[Any]) -> bool:
    op, args = node.op, node.args
    if op in (Op.MAX_ITEMS, Op.MIN_ITEMS):
        return bool(len(items) <= args[0] if op is Op.MAX_ITEMS else len(items) >= args[0])
    if op is Op.UNIQUE:
        return len({key_of(item) for item in items}) == len(items)
    if op is Op.ITEM:
        return len(items) <= args[0] or holds(nodes, args[1], items[args[0]])
    if op is Op.ITEMS:
        return all(holds(nodes, args[1], item) for item in items[args[0] :])
    number = sum(holds(nodes, args[1], item) for item in items[args[0] :])
    most = args[3] if op is Op.CONTAINS else None
    return bool(args[2] <= number and (most is None or number <= most))


def _object(nodes: Nodes, node: Node, members: Mapping[str, Any]) -> bool:
    op, args = node.op, node.args
    if op in (Op.MAX_MEMBERS, Op.MIN_MEMBERS):
        return bool(len(members) <= args[0] if op is Op.MAX_MEMBERS else len(members) >= args[0])
    if op is Op.REQUIRED:
        return args[0] in members
    if op is Op.MEMBER:
        return args[0] not in members or holds(nodes, args[1], members[args[0]])
    if op is Op.NAMES:
        return all(holds(nodes, args[0], name) for name in members)
    if op is Op.MATCHING:
        return all(holds(nodes, args[1], value) for name, value in members.items() if matches(args[0], name))
    names, patterns, inner = args
    left = (name for name in members if name not in names and not any(matches(one, name) for one in patterns))
    return all(holds(nodes, inner, members[name]) for name in left)
