"""A pattern of event types: `*` is any run of characters, dots included, and everything else is itself."""

from dataclasses import dataclass

MAX_PATTERN = 255


class TypePatternError(ValueError):
    """A type pattern is empty or too long."""


@dataclass(frozen=True, slots=True)
class TypePattern:
    """`parts` are the literal runs between the stars, the first and the last anchored."""

    text: str
    parts: tuple[str, ...]

    @property
    def matches_all(self) -> bool:
        return set(self.text) == {"*"}

    def matches(self, type_: str) -> bool:
        """Leftmost search for each run after the other: linear, as no choice is ever taken back."""
        head, *middle = self.parts
        if not middle:
            return type_ == head
        tail = middle.pop()
        if len(type_) < len(head) + len(tail) or not type_.startswith(head) or not type_.endswith(tail):
            return False
        return _in_order(middle, type_, len(head), len(type_) - len(tail))


def _in_order(parts: list[str], text: str, start: int, end: int) -> bool:
    for part in parts:
        found = text.find(part, start, end)
        if found < 0:
            return False
        start = found + len(part)
    return True


def parse_type_pattern(text: str) -> TypePattern:
    """Raises TypePatternError."""
    if not text:
        raise TypePatternError("a type pattern must not be empty; * matches every type")
    if len(text) > MAX_PATTERN:
        raise TypePatternError(f"a type pattern has at most {MAX_PATTERN} characters, this has {len(text)}")
    # Neighbouring stars mean one star; without this a pattern of stars would be a list of empty runs.
    parts = text.split("*")
    return TypePattern(text, (parts[0], *(part for part in parts[1:-1] if part), *parts[1:][-1:]))
