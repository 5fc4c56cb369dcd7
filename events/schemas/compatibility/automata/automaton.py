"""Automata that read a text character by character: patterns, and finite sets of words."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Protocol

from events.schemas.compatibility.automata import charset
from events.schemas.compatibility.automata.charset import Charset
from events.schemas.compatibility.automata.syntax import (
    Anchor,
    Choice,
    Part,
    Repeat,
    Sequence,
    UnsupportedError,
    parse,
)

State = frozenset[int] | str | None
MAX_STATES = 3_000
NOWHERE = 0


class Automaton(Protocol):
    """`None` is the state from which nothing is accepted, `FOUND` that from which everything is."""

    @property
    def charsets(self) -> Iterable[Charset]:
        """What it tells apart."""

    def start(self) -> State: ...

    def step(self, state: State, char: str) -> State: ...

    def accepts(self, state: State) -> bool: ...


FOUND: State = frozenset()


class Words:
    """Accepts some words. A state is what was read, while it begins one of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._beginnings = {word[:size] for word in self._words for size in range(len(word) + 1)}
        self.charsets = [charset.single(ord(char)) for char in sorted(set("".join(self._words)))]

    def start(self) -> State:
        return "" if self._beginnings else None

    def step(self, state: State, char: str) -> State:
        read = state + char if isinstance(state, str) else None
        return read if read in self._beginnings else None

    def accepts(self, state: State) -> bool:
        return state in self._words


class Pattern:
    """Accepts the texts in which a pattern is found. A state is a set of places in the pattern."""

    def __init__(self, part: Part) -> None:
        self._moves: list[list[tuple[Charset, int]]] = []
        self._free: list[list[tuple[int, Anchor | None]]] = []
        first, self._final = self._new(), self._new()
        self._moves[first].append((charset.EVERY, first))
        begin = self._new()
        self._free[first].append((begin, None))
        self._free[self._add(part, begin)].append((self._final, None))
        self.charsets = list(dict.fromkeys(chars for moves in self._moves for chars, _ in moves))
        self._first = first
        self._useful = self._leading_on()
        self._steps: dict[tuple[State, str], State] = {}
        self._refuse_end_before_start()

    def start(self) -> State:
        return self._state({self._first}, Anchor.START)

    def step(self, state: State, char: str) -> State:
        if state is None or state == FOUND:
            return state
        key = (state, char)
        if key not in self._steps:
            code = ord(char)
            reached = {to for place in state for chars, to in self._moves[int(place)] if charset.contains(chars, code)}
            self._steps[key] = self._state(reached, None)
        return self._steps[key]

    def accepts(self, state: State) -> bool:
        if state is None or isinstance(state, str):
            return False
        return state == FOUND or self._final in self._closed(state, {Anchor.END, None})

    def _state(self, places: set[int], anchor: Anchor | None) -> State:
        closed = self._closed(places, {anchor, None})
        if self._final in closed:
            return FOUND
        return frozenset(closed & self._useful) or None

    def _refuse_end_before_start(self) -> None:
        begun = self._closed({self._first}, {Anchor.START, None})
        ended = self._closed(begun, {Anchor.END, None})
        if self._final in self._closed({self._first}, {*Anchor, None}) - ended:
            raise UnsupportedError("an end before a start")

    def _closed(self, places: Iterable[int], passing: set[Anchor | None]) -> set[int]:
        closed, waiting = set(places), list(places)
        while waiting:
            for to, anchor in self._free[waiting.pop()]:
                if anchor in passing and to not in closed:
                    closed.add(to)
                    waiting.append(to)
        return closed

    def _leading_on(self) -> set[int]:
        """The places from which the end can be reached when the start of the text is behind."""
        back: list[list[int]] = [[] for _ in self._moves]
        for place in range(len(self._moves)):
            for _, to in self._moves[place]:
                back[to].append(place)
            for to, anchor in self._free[place]:
                if anchor is not Anchor.START:
                    back[to].append(place)
        found, waiting = {self._final}, [self._final]
        while waiting:
            new = [place for place in back[waiting.pop()] if place not in found]
            found.update(new)
            waiting.extend(new)
        return found

    def _new(self) -> int:
        if len(self._moves) >= MAX_STATES:
            raise UnsupportedError("too large")
        self._moves.append([])
        self._free.append([])
        return len(self._moves) - 1

    def _add(self, part: Part, begin: int) -> int:
        """Where one is after that part."""
        if isinstance(part, Sequence):
            for inner in part.parts:
                begin = self._add(inner, begin)
            return begin
        if isinstance(part, Repeat):
            return self._repeat(part, begin)
        end = self._new()
        if isinstance(part, Choice):
            for inner in part.parts:
                self._free[self._add(inner, begin)].append((end, None))
        elif isinstance(part, Anchor):
            self._free[begin].append((end, part))
        else:
            self._moves[begin].append((part, end))
        return end

    def _repeat(self, part: Repeat, begin: int) -> int:
        for _ in range(part.least):
            begin = self._add(part.part, begin)
        end = self._new()
        if part.most is None:
            self._free[begin].append((end, None))
            # A loop of its own place, so that what comes after cannot run back into it.
            self._free[self._add(part.part, end)].append((end, None))
            return end
        for _ in range(part.most - part.least):
            self._free[begin].append((end, None))
            begin = self._add(part.part, begin)
        self._free[begin].append((end, None))
        return end


@lru_cache(maxsize=512)
def pattern_automaton(pattern: str) -> Pattern | None:
    """None for what the automata do not follow."""
    try:
        return Pattern(parse(pattern))
    except (UnsupportedError, RecursionError):
        return None


def spelled(automaton: Automaton, text: str) -> Iterator[State]:
    """The states along a text."""
    state = automaton.start()
    yield state
    for char in text:
        state = automaton.step(state, char)
        yield state


def accepts(automaton: Automaton, text: str) -> bool:
    *_, last = spelled(automaton, text)
    return automaton.accepts(last)
