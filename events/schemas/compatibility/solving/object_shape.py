"""What literals say of an object: of every member of some names, of a member that must be there, of how many."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from events.schemas.compatibility.nodes import Node, Nodes, Op, Signed

Claims = tuple[Signed, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A member that must be there: its name fits `names` (or is `name`), its value fits `values`."""

    names: Claims
    values: Claims
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Others:
    """What the members of other names and patterns than these must be."""

    names: frozenset[str]
    patterns: frozenset[str]
    node: Node


@dataclass(slots=True)
class Shape:
    least: int = 0
    most: int | None = None
    by_name: dict[str, list[Signed]] = field(default_factory=dict)
    matching: list[tuple[str, Node]] = field(default_factory=list)
    others: list[Others] = field(default_factory=list)
    names: list[Signed] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    opaque: bool = False

    @property
    def known_names(self) -> dict[str, None]:
        """The names that something is said of by name, in order."""
        names = dict.fromkeys(self.by_name)
        for other in self.others:
            names.update(dict.fromkeys(sorted(other.names)))
        names.update(dict.fromkeys(wanted.name for wanted in self.wanted if wanted.name is not None))
        return names

    @property
    def patterns(self) -> list[str]:
        """All patterns that tell names apart."""
        found = [pattern for pattern, _ in self.matching]
        found += [pattern for other in self.others for pattern in sorted(other.patterns)]
        for wanted in self.wanted:
            found += [node.args[0] for node, _ in wanted.names if node.op is Op.PATTERN]
        return list(dict.fromkeys(found))


def shape_of(nodes: Nodes, literals: Iterable[Signed]) -> Shape:
    shape = Shape()
    for node, sign in literals:
        if node.op is Op.MAX_MEMBERS:
            _size(shape, node.args[0], sign)
        elif node.op is Op.OPAQUE:
            shape.opaque = True
        elif sign:
            _every(shape, node)
        else:
            shape.wanted.append(_wanted(nodes, node))
    return shape


def _size(shape: Shape, most: int, sign: bool) -> None:
    if not sign:
        shape.least = max(shape.least, most + 1)
    else:
        shape.most = most if shape.most is None else min(most, shape.most)


def _every(shape: Shape, node: Node) -> None:
    if node.op is Op.MEMBER:
        shape.by_name.setdefault(node.args[0], []).append((node.args[1], True))
    elif node.op is Op.MATCHING:
        shape.matching.append(node.args)
    elif node.op is Op.OTHERS:
        shape.others.append(Others(*node.args))
    else:
        shape.names.append((node.args[0], True))


def _wanted(nodes: Nodes, node: Node) -> Wanted:
    """The member that breaks a rule for all members of some names."""
    args = node.args
    if node.op is Op.MEMBER:
        return Wanted((), ((args[1], False),), args[0])
    if node.op is Op.MATCHING:
        return Wanted(((nodes.make(Op.PATTERN, args[0]), True),), ((args[1], False),))
    if node.op is Op.OTHERS:
        names = nodes.within(("string", name) for name in args[0])
        patterns = ((nodes.make(Op.PATTERN, pattern), False) for pattern in sorted(args[1]))
        return Wanted(((names, False), *patterns), ((args[2], False),))
    return Wanted(((args[0], False),), ())
