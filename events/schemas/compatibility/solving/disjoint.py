"""Whether it is plain to see that no object fits two schemas: one member that both know, with other values in each.

That is how alternatives are mostly told apart, and there may be hundreds of pairs of them.
"""

from collections.abc import Iterator

from events.schemas.compatibility.nodes import Node, Op


def disjoint(one: Node, other: Node) -> bool:
    """Of nodes projected on objects. False says nothing."""
    listed, others_listed = dict(_listed(one)), dict(_listed(other))
    shared = listed.keys() & others_listed.keys()
    apart = [name for name in shared if listed[name].isdisjoint(others_listed[name])]
    if not apart:
        return False
    needed = {*_needed(one), *_needed(other)}
    return any(name in needed for name in apart)


def _parts(node: Node) -> tuple[Node, ...]:
    return node.args[0] if node.op is Op.ALL else (node,)


def _listed(node: Node) -> Iterator[tuple[str, frozenset[object]]]:
    for part in _parts(node):
        if part.op is Op.MEMBER and part.args[1].op is Op.IN:
            yield part.args[0], part.args[1].args[0]


def _needed(node: Node) -> Iterator[str]:
    for part in _parts(node):
        if part.op is Op.NOT and part.args[0].op is Op.MEMBER and part.args[0].args[1].op is Op.FALSE:
            yield part.args[0].args[0]
