"""Arrays of a schema: the fewest items, the most, and something between."""

from collections.abc import Sequence
from typing import Any

from events.schemas.examples.alike import Maker, Placed
from events.schemas.examples.draw import MAX_ITEMS
from events.schemas.examples.errors import NoExampleError

USUAL_ITEMS = 2
TRIES = 8


def array(values: Maker, placed: Sequence[Placed], depth: int) -> list[Any]:
    schemas = [one.schema for one in placed]
    low = max((int(schema.get("minItems", 0)) for schema in schemas), default=0)
    high = min((int(schema["maxItems"]) for schema in schemas if "maxItems" in schema), default=low + USUAL_ITEMS)
    contained = [(one.under("/contains", one.schema["contains"]), _least(one.schema)) for one in placed if _has(one)]
    low = max([low, *(least for _, least in contained)])
    if low > MAX_ITEMS:
        raise NoExampleError
    length = values.draw.between(low, min(high, low + USUAL_ITEMS)) if values.draw.takes(depth) else low
    unique = any(schema.get("uniqueItems") for schema in schemas)
    made: list[Any] = []
    for index in range(length):
        alike = [item for one in placed for item in _item(one, index)]
        alike += [one for one, least in contained if index >= length - least]
        if not _append(made, values, alike, depth + 1, unique):
            break
    return made


def _append(made: list[Any], values: Maker, alike: Sequence[Placed], depth: int, unique: bool) -> bool:
    """Whether there was one more that is allowed."""
    if any(one.schema is False for one in alike):
        return False
    for _ in range(TRIES if unique else 1):
        item = values.value(alike, depth)
        if not unique or item not in made:
            made.append(item)
            return True
    return False


def _item(one: Placed, index: int) -> list[Placed]:
    """The schema of the item at an index, in the words of either draft."""
    first, rest = ("prefixItems", "items") if "prefixItems" in one.schema else ("items", "additionalItems")
    leading = one.schema.get(first)
    if isinstance(leading, list) and index < len(leading):
        return [one.under(f"/{first}/{index}", leading[index])]
    if isinstance(leading, list):
        return [one.under(f"/{rest}", one.schema[rest])] if rest in one.schema else []
    return [one.under("/items", leading)] if leading is not None else []


def _has(one: Placed) -> bool:
    return "contains" in one.schema


def _least(schema: dict[str, Any]) -> int:
    return int(schema.get("minContains", 1))
