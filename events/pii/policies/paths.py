"""Patterns of places in an event: JSON Pointers in which `*` is one step and `**` any number of them, or none."""

import re
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, TypeAlias

import re2

from events.pii.policies.errors import Fault, PolicyError

MAX_PATTERN = 500
MAX_STEPS = 40
ANY, DEEP = "*", "**"

_ATTRIBUTE = re.compile(r"[a-z0-9]{1,64}")
_BAD_ESCAPE = re.compile(r"~(?![01])")
_ONE_STEP, _ANY_STEPS = "/[^/]*", "(?:/[^/]*)*"
Specificity: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PathPattern:
    """`steps` are the parts between the slashes; `head` and `tail` what stands before and after all stars."""

    text: str
    steps: tuple[str, ...]
    head: str
    tail: str
    _automaton: Any = field(repr=False, compare=False)

    def matches(self, pointer: str) -> bool:
        """Whether a place, as a JSON Pointer into the event, is one of the pattern's. Linear in its length."""
        # Nearly all that does not match is told by its ends, which is twenty times as fast.
        if not (pointer.startswith(self.head) and pointer.endswith(self.tail)):
            return False
        return self._automaton.fullmatch(pointer) is not None

    def and_below(self) -> "PathPattern":
        """The same places with all that is in them; as narrow as before, and written so."""
        return self if self.steps[-1] == DEEP else _compiled(self.text, (*self.steps, DEEP))

    @property
    def specificity(self) -> Specificity:
        """More of it is the narrower pattern: steps that are named, then no `**`, then few `*`."""
        written = _steps(self.text)
        return sum(map(_is_named, written)), -written.count(DEEP), -written.count(ANY)


def parse_path(text: str, place: str = "") -> PathPattern:
    """Raises PolicyError."""
    faults = [Fault(place, message) for message in _wrong(text)]
    if faults:
        raise PolicyError(faults)
    return _compiled(text, _steps(text))


def _steps(text: str) -> tuple[str, ...]:
    return tuple(text[1:].split("/"))


def _compiled(text: str, steps: tuple[str, ...]) -> PathPattern:
    head = "".join(f"/{step}" for step in takewhile(_is_named, steps))
    tail = "".join(f"/{step}" for step in [*takewhile(_is_named, reversed(steps))][::-1])
    return PathPattern(text, steps, head, tail, re2.compile("(?s)" + "".join(map(_expression, steps))))


def _wrong(text: str) -> list[str]:
    if len(text) > MAX_PATTERN:
        return [f"a path has at most {MAX_PATTERN} characters, this has {len(text)}"]
    if not text.startswith("/"):
        return ["a path begins with a slash: /data/customer/email, or /subject"]
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        return ["a path has no U+0000 and no lone surrogate"]
    if _BAD_ESCAPE.search(text):
        return ["in a path ~ is written ~0, and / within a name ~1"]
    return _wrong_steps(text[1:].split("/"))


def _wrong_steps(steps: list[str]) -> list[str]:
    if len(steps) > MAX_STEPS:
        return [f"a path has at most {MAX_STEPS} steps, this has {len(steps)}"]
    if any("*" in step and step not in (ANY, DEEP) for step in steps):
        return ["a star stands for a whole step: * for one, ** for any number of them"]
    first, *rest = steps
    if first in ("data", ANY, DEEP):
        return []
    if rest or not _ATTRIBUTE.fullmatch(first):
        return ["a path begins with /data, or names an attribute of the event: /data/customer/email, /subject"]
    return []


def _is_named(step: str) -> bool:
    return step not in (ANY, DEEP)


def _expression(step: str) -> str:
    if step in (ANY, DEEP):
        return _ANY_STEPS if step == DEEP else _ONE_STEP
    return f"/{re2.escape(step)}"
