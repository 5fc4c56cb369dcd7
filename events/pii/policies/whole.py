"""Places that a policy says something personal stands at, whether it is found there or not."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from events.envelope.json_text import escape
from events.pii.detection.finding import Examined, Finding, Where
from events.pii.detection.reading.walk import text_of
from events.pii.policies.paths import ANY, DEEP
from events.pii.policies.policy import PathLine

_Node: TypeAlias = tuple[str, Any, tuple[int, ...]]
"""Where it is, what it is, and how far into each line's steps one has come there."""


def with_whole(examined: Examined, found: Sequence[Finding], lines: Sequence[PathLine]) -> list[Finding]:
    """What was found, and one finding for each text, number, true or false at a place that a line speaks of, or in it.

    Such a one stands for what was found at its place: the strictest that is decided about any of them holds.
    """
    whole = {finding.path: finding for line in lines for finding in _findings(examined, line)}
    if not whole:
        return list(found)
    names = {finding.path for finding in found if finding.where == "key"}
    if names:
        whole = {path: finding._replace(shown=_shown(path, names)) for path, finding in whole.items()}
    rest = []
    for finding in found:
        if finding.where == "key" or finding.path not in whole:
            rest.append(finding)
        else:
            covering = whole[finding.path]
            also = {*covering.also, *finding.also, finding.kind} - {covering.kind}
            whole[finding.path] = covering._replace(also=tuple(sorted(also)), shown=finding.shown or finding.path)
    return sorted([*rest, *whole.values()])


def _findings(examined: Examined, line: PathLine) -> Iterator[Finding]:
    assert line.kind is not None
    for path, node in _leaves_at(examined, line.pattern.steps):
        binary = isinstance(node, bytes)
        if size := len(node if binary else _text_of(node)):
            where: Where = "value" if path == "/data" or path.startswith("/data/") else "attribute"
            yield Finding(path, 0, size, line.kind, where, "name", ("bytes",) if binary else (), shown=path)


def _text_of(node: Any) -> str:
    if isinstance(node, bool):
        return "true" if node else "false"
    return text_of(node)


def _shown(path: str, names: Collection[str]) -> str:
    """With `*` for each name that is personal itself."""
    told, place = "", ""
    for step in path[1:].split("/"):
        place += f"/{step}"
        told += "/*" if place in names else f"/{step}"
    return told


def _leaves_at(examined: Examined, steps: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The walk goes only where the steps lead; how far each place has come is a set of positions in them."""
    roots = {**examined.attributes, "data": examined.data}
    stack = [*_entered("", roots, _closure({0}, steps), steps)]
    while stack:
        path, node, positions = stack.pop()
        if isinstance(node, Mapping | list):
            stack.extend(_entered(path, node, positions, steps))
        elif len(steps) in positions:
            yield path, node


def _entered(path: str, node: Any, positions: Iterable[int], steps: Sequence[str]) -> Iterator[_Node]:
    members = node.items() if isinstance(node, Mapping) else enumerate(node)
    for key, child in members:
        step = escape(str(key))
        reached = _closure(_after(step, positions, steps), steps)
        if reached:
            yield f"{path}/{step}", child, tuple(reached)


def _after(step: str, positions: Iterable[int], steps: Sequence[str]) -> set[int]:
    reached = set()
    for position in positions:
        if position < len(steps) and steps[position] == DEEP:
            reached.add(position)
        elif position < len(steps) and steps[position] in (ANY, step):
            reached.add(position + 1)
    return reached


def _closure(positions: set[int], steps: Sequence[str]) -> set[int]:
    """`**` may also be no step at all."""
    reached = set(positions)
    for position in sorted(positions):
        while position < len(steps) and steps[position] == DEEP:
            position += 1
            reached.add(position)
    return reached
