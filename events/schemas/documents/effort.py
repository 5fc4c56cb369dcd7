"""How much looking for every fault would take: the validator builds them all, and tries each combination anew."""

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from events.schemas.documents.keywords import IN_PLACE, subschemas
from events.schemas.documents.references import at, unescape

if TYPE_CHECKING:
    from events.schemas.documents.document import SchemaDocument

OF_ITEMS = frozenset({"additionalItems", "contains", "items", "prefixItems", "unevaluatedItems"})
OF_MEMBERS = frozenset({"additionalProperties", "patternProperties", "unevaluatedProperties"})
MAX_STEPS = 20_000
MAX_REPEATED = 5_000
# Each alternative holds the errors of all within it, so the work grows with the square.
MAX_DEPTH = 500


class Effort(Enum):
    ALL = "all"
    FIRST = "first"
    NONE = "none"


def effort(document: "SchemaDocument", value: Any) -> Effort:
    """What can be afforded: to look for all faults of a value, for the first, or for none."""
    waiting: list[tuple[str, Any, Any, int]] = [("", document.schema, value, 0)]
    seen: set[tuple[str, int]] = set()
    steps = repeated = 0
    while waiting:
        place, schema, one, depth = waiting.pop()
        steps += 1
        if isinstance(one, dict | list):
            repeated += (place, id(one)) in seen
            seen.add((place, id(one)))
        if repeated > MAX_REPEATED or depth > MAX_DEPTH:
            return Effort.NONE
        if steps > MAX_STEPS:
            return Effort.FIRST
        waiting.extend((*ahead, depth + 1) for ahead in _next(document, place, schema, one))
    return Effort.ALL


def _next(document: "SchemaDocument", place: str, schema: Any, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """What is judged next, without regard to what a failure would spare."""
    for target in document.targets.get(place, ()):
        yield target, at(document.schema, target), value
    for keyword, path, one in subschemas(schema):
        for judged in _judged(keyword, path, value):
            yield place + path, one, judged


def _judged(keyword: str, path: str, value: Any) -> Iterator[Any]:
    if keyword in IN_PLACE:
        yield value
    elif isinstance(value, list) and keyword in OF_ITEMS:
        first = path.removeprefix(f"/{keyword}/")
        yield from value[int(first) : int(first) + 1] if first.isdecimal() else value
    elif isinstance(value, dict) and keyword == "properties":
        name = unescape(path.removeprefix("/properties/"))
        yield from (value[name],) if name in value else ()
    elif isinstance(value, dict) and keyword in OF_MEMBERS:
        yield from value.values()
