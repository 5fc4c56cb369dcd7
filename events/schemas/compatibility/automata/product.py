"""A shortest text that some automata accept and others do not."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from events.schemas.compatibility.automata.automaton import FOUND, Automaton, State
from events.schemas.compatibility.automata.charset import Charset, contains
from events.schemas.compatibility.budget import Meter, UndecidedError

MAX_PLACES = 20_000
FIRST_CHOICE = "axbeo1025_-AX ./:"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Texts of `least` to `most` characters (None: any number) under every automaton, accepted as its sign says."""

    automata: Sequence[tuple[Automaton, bool]]
    least: int = 0
    most: int | None = None


Place = tuple[tuple[State, ...], int]


def shortest(wanted: Wanted, meter: Meter) -> str | None:
    """None when there is no such text. Raises UndecidedError when that costs too much."""
    alphabet = representatives([chars for automaton, _ in wanted.automata for chars in automaton.charsets])
    start: Place = (tuple(automaton.start() for automaton, _ in wanted.automata), 0)
    if not _alive(wanted, start[0]):
        return None
    came: dict[Place, tuple[Place, str] | None] = {start: None}
    waiting: deque[tuple[Place, int]] = deque([(start, 0)])
    while waiting:
        place, size = waiting.popleft()
        if size >= wanted.least and _accepted(wanted, place[0]):
            return _spell(came, place)
        if wanted.most is not None and size >= wanted.most:
            continue
        meter.spend()
        if len(came) > MAX_PLACES:
            raise UndecidedError("the patterns have too many states together")
        for char in alphabet:
            following = _step(wanted, place, char)
            if following is not None and following not in came:
                came[following] = (place, char)
                waiting.append((following, size + 1))
    return None


def _step(wanted: Wanted, place: Place, char: str) -> Place | None:
    states = tuple(automaton.step(state, char) for (automaton, _), state in zip(wanted.automata, place[0], strict=True))
    # What is longer than the least counts no further.
    return (states, min(place[1] + 1, wanted.least)) if _alive(wanted, states) else None


def _alive(wanted: Wanted, states: tuple[State, ...]) -> bool:
    pairs = zip(wanted.automata, states, strict=True)
    return all(state is not None if sign else state != FOUND for (_, sign), state in pairs)


def _accepted(wanted: Wanted, states: tuple[State, ...]) -> bool:
    pairs = zip(wanted.automata, states, strict=True)
    return all(automaton.accepts(state) is sign for (automaton, sign), state in pairs)


def _spell(came: dict[Place, tuple[Place, str] | None], place: Place) -> str:
    chars: list[str] = []
    while (step := came[place]) is not None:
        place, char = step
        chars.append(char)
    return "".join(reversed(chars))


def representatives(charsets: Sequence[Charset]) -> list[str]:
    """One character of each class of characters that no set tells apart, those that read well first."""
    different = list(dict.fromkeys(charsets))
    starts = {low for chars in different for low, _ in chars} | {high + 1 for chars in different for _, high in chars}
    candidates = [ord(char) for char in FIRST_CHOICE] + sorted(starts | {0, 0x21, 0xE9, 0xE000})
    classes: dict[tuple[bool, ...], str] = {}
    for code in candidates:
        if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
            signature = tuple(contains(chars, code) for chars in different)
            classes.setdefault(signature, chr(code))
    return list(classes.values())
