"""Say in words what the validator found, without any value: its own messages and those of others quote them."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from events.schemas.documents.faults import Fault
from events.schemas.documents.naming import Naming

MAX_SAID = 80
MAX_OPTIONS = 10
MAX_NAMES = 5
# Alternatives within alternatives that are explained: what is deeper says little, and may recurse with the value.
MAX_NESTED = 8
UNKNOWN_MEMBERS = frozenset({"additionalProperties", "unevaluatedProperties"})

_MESSAGES: dict[str, Callable[[Any], str]] = {
    "AdditionalItems": lambda kind: f"must have at most {kind.limit} items",
    "Constant": lambda kind: f"must be {said(kind.expected_value)}",
    "ContentEncoding": lambda kind: f"must be encoded as {said(kind.content_encoding)}",
    "ContentMediaType": lambda kind: f"must hold {said(kind.content_media_type)}",
    "Enum": lambda kind: f"must be one of {_options(kind.options)}",
    "ExclusiveMaximum": lambda kind: f"must be less than {said(kind.limit)}",
    "ExclusiveMinimum": lambda kind: f"must be greater than {said(kind.limit)}",
    "FalseSchema": lambda _: "is not allowed here",
    "Format": lambda kind: f"must be of the format {said(kind.format)}",
    "Maximum": lambda kind: f"must be at most {said(kind.limit)}",
    "MaxItems": lambda kind: f"must have at most {kind.limit} items",
    "MaxLength": lambda kind: f"must have at most {kind.limit} characters",
    "MaxProperties": lambda kind: f"must have at most {kind.limit} members",
    "Minimum": lambda kind: f"must be at least {said(kind.limit)}",
    "MinItems": lambda kind: f"must have at least {kind.limit} items",
    "MinLength": lambda kind: f"must have at least {kind.limit} characters",
    "MinProperties": lambda kind: f"must have at least {kind.limit} members",
    "MultipleOf": lambda kind: f"must be a multiple of {said(kind.multiple_of)}",
    "Not": lambda _: "fits what it must not fit",
    "OneOfMultipleValid": lambda kind: f"fits more than one of {len(kind.context)} alternatives",
    "Pattern": lambda kind: f"must match {said(kind.pattern)}",
    "Required": lambda kind: f"must have the member {said(kind.property)}",
    "Type": lambda kind: f"must be {' or '.join(sorted(kind.types))}",
    "UnevaluatedItems": lambda kind: f"has {len(kind.unexpected)} items that the schema does not know",
    "UniqueItems": lambda _: "must not hold an item twice",
}
_CONTAINS = {
    "contains": "holds no item of the kind that it must contain",
    "minContains": "holds too few items of the kind that it must contain",
    "maxContains": "holds too many items of the kind that it must contain",
}


def explained(error: Any, naming: Naming, nested: int = 0) -> Iterator[Fault]:
    """The faults of one error; of alternatives that all fail, those of the one that comes closest."""
    kind = type(error.kind).__name__
    pointer, keyword = naming.pointer(error.instance_path), error.kind.name
    if kind in ("AnyOf", "OneOfNotValid"):
        best = _closest(error) if nested < MAX_NESTED else ()
        for one in best:
            yield from explained(one, naming, nested + 1)
        if not best:
            yield Fault(pointer, keyword, f"fits none of {len(error.kind.context)} alternatives")
    elif kind == "PropertyNames":
        yield from _named(error, pointer, naming, nested)
    elif keyword in UNKNOWN_MEMBERS:
        yield Fault(pointer, keyword, _unknown(error.kind.unexpected, naming))
    elif kind == "Contains":
        keyword = str(error.schema_path[-1])
        yield Fault(pointer, keyword, _CONTAINS.get(keyword, _CONTAINS["contains"]))
    else:
        yield Fault(pointer, keyword, _MESSAGES.get(kind, _other)(error.kind))


def said(value: Any) -> str:
    """A value of the schema, cut to what can be read."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_SAID else f"{text[:MAX_SAID]}..."


def _options(options: Sequence[Any]) -> str:
    more = f" and {len(options) - MAX_OPTIONS} more" if len(options) > MAX_OPTIONS else ""
    return ", ".join(map(said, options[:MAX_OPTIONS])) + more


def _other(kind: Any) -> str:
    return f"does not fit {kind.name}"


def _named(error: Any, pointer: str, naming: Naming, nested: int) -> Iterator[Fault]:
    """The name itself may be data, so neither it nor a pointer to it is said."""
    for fault in explained(error.kind.error, naming, nested):
        yield Fault(pointer, "propertyNames", f"has a member whose name {fault.message}")


def _unknown(names: Sequence[str], naming: Naming) -> str:
    known = [said(name) for name in names if naming.knows(name)]
    listed = ", ".join(known[:MAX_NAMES])
    others = len(names) - len(known[:MAX_NAMES])
    told = f"{listed} and {others} more" if listed and others else listed or str(others)
    return f"has members that the schema does not know here: {told}"


def _closest(error: Any) -> Sequence[Any]:
    """The errors of the one alternative that the value was most likely meant for; none where that is not clear."""
    close = [one for one in error.kind.context if not _is_another(one, len(error.instance_path))]
    close.sort(key=len)
    alone = len(close) == 1 or (len(close) > 1 and len(close[0]) < len(close[1]))
    return close[0] if alone else ()


def _is_another(branch: Sequence[Any], depth: int) -> bool:
    """Whether a value was plainly not meant for a branch: it is of another type, or a member says so."""
    return any(
        len(one.instance_path) == depth + (one.kind.name != "type")
        for one in branch
        if one.kind.name in ("type", "const", "enum", "falseSchema")
    )
