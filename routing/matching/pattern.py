"""The pattern of a rule's event types, as a condition: what it matches is said where the types are."""

from dataclasses import dataclass

from events.envelope import type_pattern
from events.envelope.type_pattern import MAX_PATTERN as MAX_PATTERN
from routing.matching.condition import Values
from routing.matching.errors import PatternError, quoted


@dataclass(frozen=True, slots=True)
class TypePattern(type_pattern.TypePattern):
    """A condition on `type`."""

    @property
    def reads(self) -> frozenset[str]:
        return frozenset() if self.text == "*" else frozenset({"type"})

    def holds(self, values: Values) -> bool:
        return self.text == "*" or self.matches(values["type"] or "")

    def failure(self, values: Values) -> str | None:
        return None if self.holds(values) else f"type pattern {quoted(self.text)}"


def parse_pattern(text: str, place: str = "") -> TypePattern:
    """Raises PatternError."""
    try:
        parsed = type_pattern.parse_type_pattern(text)
    except type_pattern.TypePatternError as error:
        raise PatternError(place, str(error)) from error
    return TypePattern(parsed.text, parsed.parts)
