"""A text of some length, under some patterns and not under others. Exact but for formats and unusual patterns."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from events.schemas.compatibility.automata.automaton import Automaton, Words, accepts, pattern_automaton
from events.schemas.compatibility.automata.product import Wanted, shortest
from events.schemas.compatibility.budget import Meter, UndecidedError
from events.schemas.compatibility.nodes import Node, Op, Signed
from events.schemas.compatibility.oracle import conforms
from events.schemas.compatibility.solving.outcome import NONE, UNKNOWN, Outcome, maybe, sure
from events.schemas.compatibility.solving.samples import samples

MAX_TRIES = 12


@dataclass(slots=True)
class Shape:
    """`patterns` and `formats` with their signs; `opaque` says that something is not understood."""

    least: int = 0
    most: int | None = None
    patterns: list[tuple[str, bool]] = field(default_factory=list)
    formats: list[tuple[str, bool]] = field(default_factory=list)
    only: set[str] | None = None
    never: set[str] = field(default_factory=set)
    opaque: bool = False

    def allows(self, text: str) -> bool:
        """As far as it is understood."""
        return (
            self.least <= len(text)
            and (self.most is None or len(text) <= self.most)
            and text not in self.never
            and all(matches(pattern, text) is sign for pattern, sign in self.patterns)
            and all(conforms("format", name, text) is sign for name, sign in self.formats)
        )


def matches(pattern: str, text: str) -> bool:
    automaton = pattern_automaton(pattern)
    return conforms("pattern", pattern, text) if automaton is None else accepts(automaton, text)


def solve_string(literals: Iterable[Signed], meter: Meter) -> Outcome:
    shape = Shape()
    for node, sign in literals:
        _shape(shape, node, sign)
    outcome = _solved(shape, meter)
    if outcome.none and any(sign for _, sign in shape.formats):
        # Validators differ in which formats they assert and how: what only a format rules out is not proven.
        unasserted = replace(shape, formats=[(name, sign) for name, sign in shape.formats if not sign])
        return NONE if _solved(unasserted, meter).none else UNKNOWN
    return outcome


def _solved(shape: Shape, meter: Meter) -> Outcome:
    if shape.most is not None and shape.most < shape.least:
        return NONE
    if shape.only is not None:
        return _sorted_out(shape, _first(shape, sorted(shape.only), meter))
    text = _first(shape, list(samples([name for name, sign in shape.formats if sign], shape.least, shape.most)), meter)
    return _by_automata(shape, meter) if text is None else _sorted_out(shape, text)


def _shape(shape: Shape, node: Node, sign: bool) -> None:
    if node.op is Op.MAX_LENGTH:
        _length(shape, node.args[0], sign)
    elif node.op is Op.PATTERN:
        shape.patterns.append((node.args[0], sign))
    elif node.op is Op.FORMAT:
        shape.formats.append((node.args[0], sign))
    elif node.op is Op.OPAQUE:
        shape.opaque = True
    elif node.op is Op.IN:
        texts = {text for _, text in node.args[0]}
        if sign:
            shape.only = texts if shape.only is None else shape.only & texts
        else:
            shape.never |= texts


def _length(shape: Shape, most: int, sign: bool) -> None:
    if not sign:
        shape.least = max(shape.least, most + 1)
    else:
        shape.most = most if shape.most is None else min(most, shape.most)


def _first(shape: Shape, texts: Sequence[str], meter: Meter) -> str | None:
    meter.spend(1 + len(texts) // 16)
    return next((text for text in texts if shape.allows(text)), None)


def _sorted_out(shape: Shape, text: str | None) -> Outcome:
    if text is None:
        return NONE
    return maybe(text) if shape.opaque else sure(text)


def _by_automata(shape: Shape, meter: Meter) -> Outcome:
    """Texts that fit what the automata follow, shortest first, until one fits the rest as well."""
    followed = _followed(shape.patterns)
    guessed = _followed([(likeness(pattern), sign) for pattern, sign in shape.patterns if not followable(pattern)])
    if guessed:
        outcome = _tried(shape, [*followed, *guessed], meter)
        if outcome.tangible:
            return outcome
    return _tried(shape, followed, meter)


def followable(pattern: str) -> bool:
    return pattern_automaton(pattern) is not None


def likeness(pattern: str) -> str:
    """A pattern that automata follow, and that finds texts much like those that the other does."""
    plain = re.sub(r"\\[bB]|\(\?[a-z-]+\)", "", pattern)
    return re.sub(r"\\[pP]\{[^}]*\}|\\[pP]\w", "[a-zA-Z]", plain)


def _followed(patterns: Iterable[tuple[str, bool]]) -> list[tuple[Automaton, bool]]:
    pairs = ((pattern_automaton(pattern), sign) for pattern, sign in patterns)
    return [(automaton, sign) for automaton, sign in pairs if automaton is not None]


def _tried(shape: Shape, automata: list[tuple[Automaton, bool]], meter: Meter) -> Outcome:
    tried = set(shape.never)
    for _ in range(MAX_TRIES):
        wanted = Wanted([*automata, (Words(tried), False)], shape.least, shape.most)
        try:
            text = shortest(wanted, meter)
        except UndecidedError:
            return UNKNOWN
        # What was turned down fits something else not: that no other text is left is a proof.
        if text is None:
            return NONE
        if shape.allows(text):
            return _sorted_out(shape, text)
        tried.add(text)
    return UNKNOWN
