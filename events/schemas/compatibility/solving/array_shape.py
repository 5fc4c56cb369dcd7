"""What literals say of an array: of the item at each place, of how many items are of some sort, of its length."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from events.schemas.compatibility.nodes import Node, Nodes, Op, Signed


@dataclass(slots=True)
class Count:
    """From `first` on, `least` to `most` items (None: any number) are valid under `node`."""

    first: int
    node: Node
    least: int = 0
    most: int | None = None


@dataclass(slots=True)
class Shape:
    least: int = 0
    most: int | None = None
    at: dict[int, list[Signed]] = field(default_factory=dict)
    from_on: list[tuple[int, Node]] = field(default_factory=list)
    counts: dict[tuple[int, Node], Count] = field(default_factory=dict)
    unique: bool = False
    repeated: bool = False
    opaque: bool = False

    @property
    def places(self) -> int:
        """From this index on all items are alike."""
        return max(
            (*(index + 1 for index in self.at), *(first for first, _ in self.from_on), *(c[0] for c in self.counts)),
            default=0,
        )

    def claims(self, index: int) -> list[Signed]:
        """What must hold of the item there."""
        rest = [(node, True) for first, node in self.from_on if first <= index]
        return [*self.at.get(index, ()), *rest]


def shape_of(nodes: Nodes, literals: Iterable[Signed]) -> Shape:
    shape = Shape()
    for node, sign in literals:
        if node.op is Op.MAX_ITEMS:
            _size(shape, node.args[0], sign)
        elif node.op is Op.UNIQUE:
            shape.unique, shape.repeated = shape.unique or sign, shape.repeated or not sign
        elif node.op is Op.ITEM:
            _item(shape, node.args[0], node.args[1], sign)
        elif node.op in (Op.ITEMS, Op.COUNT):
            _items(nodes, shape, node, sign)
        else:
            shape.opaque = True
    return shape


def _size(shape: Shape, most: int, sign: bool) -> None:
    if not sign:
        shape.least = max(shape.least, most + 1)
    else:
        shape.most = most if shape.most is None else min(most, shape.most)


def _item(shape: Shape, index: int, node: Node, sign: bool) -> None:
    shape.at.setdefault(index, []).append((node, sign))
    if not sign:
        shape.least = max(shape.least, index + 1)


def _items(nodes: Nodes, shape: Shape, node: Node, sign: bool) -> None:
    if node.op is Op.ITEMS:
        first, inner = node.args
        if sign:
            shape.from_on.append((first, inner))
            return
        least, inner, sign = 1, nodes.negate(inner), True
    else:
        first, inner, least = node.args
    count = shape.counts.setdefault((first, inner), Count(first, inner))
    if sign:
        count.least = max(count.least, least)
    else:
        count.most = least - 1 if count.most is None else min(count.most, least - 1)
