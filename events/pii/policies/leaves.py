"""What is said of a string or a number in a schema, once it may have been replaced."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from events.pii.protection.replacing import REDACTED
from events.pii.tokens import PSEUDONYM, TOKEN, token_length

Schema: TypeAlias = dict[str, Any]

_MARK = REDACTED.replace("[", r"\[").replace("]", r"\]")
PROTECTED = f"(?:{TOKEN.pattern}|{PSEUDONYM.pattern}|{_MARK})"
"""A token, a pseudonym or a mark."""
# What is hidden already, or empty, stays where a name is all that says it is personal.
_HIDDEN = (
    r"\s*(?:[*\u2022\u2588#xX. -]*[*\u2022\u2588]{2,}[*\u2022\u2588#xX. -]*"
    r"|[\[<({]{1,2}[A-Z][A-Z0-9_ ]{1,40}[\])>}]{1,2})?\s*"
)
ONLY_PROTECTED = f"^(?:{PROTECTED}|{_HIDDEN})$"
NUMBER_REPLACED = f"^{PROTECTED}$"
COMMENT = "may hold tokens (pii.v1...), pseudonyms (anon_...) or [redacted] in place of personal data"
REPLACED = "personal: a token (pii.v1...), a pseudonym (anon_...) or [redacted]"

_OF_STRINGS = ("pattern", "format", "minLength", "maxLength", "contentEncoding", "contentMediaType", "contentSchema")
_OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_OF_VALUES = ("enum", "const", "default", "examples")
_SCALARS = ("string", "number", "integer")
# Pseudonyms are at most so much longer than what they stand for: `anon_`, a kind, 20 characters.
_PSEUDONYM = 64
LARGE = 1_000_000
_MEANINGLESS = frozenset({"uuid", "date-time", "time", "duration"})
"""Formats in which nothing personal is found."""


def certain(schema: Schema, *, whole: bool) -> Schema:
    """A member that is always replaced, unless it is null, or true or false; `whole`: these may be replaced as well."""
    kept = _without(schema, *_OF_STRINGS, *_OF_NUMBERS, *_OF_VALUES)
    longest = schema.get("maxLength")
    if isinstance(longest, int):
        kept["maxLength"] = max(token_length(4 * longest), _PSEUDONYM + longest)
    types = _types(schema)
    if types is not None:
        kept["type"] = _said([*(one for one in types if one not in _SCALARS), *_string_if(types, whole)])
    return {**kept, "pattern": ONLY_PROTECTED, "$comment": REPLACED}


def relaxed(schema: Schema, *, by_name: bool, whole: bool, quiet: bool) -> Schema:
    """A member that may be replaced, wholly or in part.

    `by_name`: also if it is a small number. `whole`: also if it is true or false. `quiet`: its name speaks of nothing
    personal.
    """
    if quiet and schema.get("format") in _MEANINGLESS:
        return schema
    types = _types(schema)
    if types is not None and not _touched(schema, types, by_name, whole):
        return schema if not _names_containers(schema) else _without(schema, *_OF_VALUES)
    kept = _without(schema, *_OF_STRINGS, *_OF_VALUES)
    if types is None or "string" in types:
        return {**kept, "$comment": COMMENT}
    return {**kept, "type": [*types, "string"], "pattern": NUMBER_REPLACED, "$comment": COMMENT}


def _touched(schema: Schema, types: Iterable[str], by_name: bool, whole: bool) -> bool:
    if "string" in types or (whole and "boolean" in types):
        return True
    return ("number" in types or "integer" in types) and (by_name or not _is_small(schema))


def _names_containers(schema: Schema) -> bool:
    """Whether it names arrays or objects as its values: there may be strings in them."""
    return any(isinstance(value, dict | list) for value in (*schema.get("enum", ()), schema.get("const")))


def _is_small(schema: Schema) -> bool:
    low = max(schema.get("minimum", -LARGE), schema.get("exclusiveMinimum", -LARGE))
    high = min(schema.get("maximum", LARGE), schema.get("exclusiveMaximum", LARGE))
    return bool(low > -LARGE and high < LARGE)


def _types(schema: Schema) -> list[str] | None:
    said = schema.get("type")
    return [said] if isinstance(said, str) else said


def _string_if(types: Iterable[str], whole: bool) -> list[str]:
    return ["string"] if any(one in _SCALARS or (whole and one == "boolean") for one in types) else []


def _said(types: list[str]) -> str | list[str]:
    return types[0] if len(types) == 1 else types


def _without(schema: Schema, *names: str) -> Schema:
    return {name: value for name, value in schema.items() if name not in names}
