"""Which keywords hold schemas, in either draft.

The drafts are not told apart: a keyword that one of them lacks is looked into all the same, so nothing hides there.
"""

from collections.abc import Iterator
from typing import Any

from events.envelope.json_text import escape

ONE = frozenset(
    {
        "additionalItems",
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)
LIST = frozenset({"allOf", "anyOf", "items", "oneOf", "prefixItems"})
MAP = frozenset(
    {"$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"},
)
# Their schemas judge the very value that the schema around them judges.
IN_PLACE = frozenset({"allOf", "anyOf", "dependencies", "dependentSchemas", "else", "if", "not", "oneOf", "then"})


def is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


def subschemas(schema: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield keyword, path below `schema` and schema of each that is directly in it."""
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        path = f"/{escape(keyword)}"
        if keyword in ONE and is_schema(value):
            yield keyword, path, value
        elif keyword in LIST and isinstance(value, list):
            yield from ((keyword, f"{path}/{index}", one) for index, one in enumerate(value) if is_schema(one))
        elif keyword in MAP and isinstance(value, dict):
            yield from ((keyword, f"{path}/{escape(name)}", one) for name, one in value.items() if is_schema(one))


def every_schema(schema: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield pointer and schema of it and of all within it."""
    waiting = [(place, schema)]
    while waiting:
        place, schema = waiting.pop()
        yield place, schema
        waiting.extend((place + path, one) for _, path, one in subschemas(schema))
