"""Objects of a schema: required members, and of the others none, some or all."""

from collections.abc import Iterator, Sequence
from typing import Any

from events.envelope.json_text import escape
from events.schemas.documents.patterns import compiled
from events.schemas.examples.alike import Maker, Placed, gathered
from events.schemas.examples.draw import MAX_ITEMS
from events.schemas.examples.errors import NoExampleError
from events.schemas.examples.regular import matching

EXTRA = "extra"
TRIES = 5


def object_(values: Maker, placed: Sequence[Placed], depth: int) -> dict[str, Any]:
    names = _chosen(values, placed, depth)
    placed = [*placed, *_dependent(values, placed, names, depth)]
    for name in (name for one in placed for name in one.schema.get("required", ())):
        names.setdefault(name)
    return {name: values.value(_of(placed, name), depth + 1) for name in names}


def _chosen(values: Maker, placed: Sequence[Placed], depth: int) -> dict[str, None]:
    """Names in the order of the schema, so that examples read as it does."""
    schemas = [one.schema for one in placed]
    known = dict.fromkeys(name for schema in schemas for name in schema.get("properties", ()))
    required = dict.fromkeys(name for schema in schemas for name in schema.get("required", ()))
    high = min((int(schema["maxProperties"]) for schema in schemas if "maxProperties" in schema), default=MAX_ITEMS)
    names = {name: None for name in known if name in required or _optional(values, placed, name, depth)}
    names |= required
    if values.draw.takes(depth):
        names |= dict.fromkeys(_others(values, placed, depth))
    _dependencies(schemas, names)
    for name in [name for name in names if name not in required][max(high - len(required), 0) :]:
        del names[name]
    _fill(values, placed, names, depth)
    return names


def _optional(values: Maker, placed: Sequence[Placed], name: str, depth: int) -> bool:
    return values.draw.takes(depth) and all(one.schema is not False for one in _of(placed, name))


def _others(values: Maker, placed: Sequence[Placed], depth: int) -> Iterator[str]:
    """Names that patterns allow, and one that nothing names: always where a schema is given for such, else at times."""
    for one in placed:
        for pattern in one.schema.get("patternProperties", ()):
            yield matching(pattern, values.draw, 2)
    others = [one.schema.get("additionalProperties", one.schema.get("unevaluatedProperties")) for one in placed]
    if False not in others and (any(map(_asks, others)) or values.draw.among((True, False, False))):
        yield _name(values, placed, 0, depth)


def _asks(schema: Any) -> bool:
    return isinstance(schema, dict)


def _fill(values: Maker, placed: Sequence[Placed], names: dict[str, None], depth: int) -> None:
    """Up to `minProperties`: with members that the schema knows, and else with others."""
    least = max((int(one.schema.get("minProperties", 0)) for one in placed), default=0)
    if least > MAX_ITEMS:
        raise NoExampleError
    known = [name for one in placed for name in one.schema.get("properties", ()) if name not in names]
    for name in values.draw.shuffled(list(dict.fromkeys(known)))[: max(least - len(names), 0)]:
        names[name] = None
    for number in range(least * TRIES):
        if len(names) >= least:
            break
        names[_name(values, placed, number, depth)] = None


def _name(values: Maker, placed: Sequence[Placed], number: int, depth: int) -> str:
    asked = [
        one.under("/propertyNames", one.schema["propertyNames"]) for one in placed if "propertyNames" in one.schema
    ]
    if asked:
        name = values.value([*asked, Placed("", {"type": "string"})], depth + 1)
        return name if isinstance(name, str) else EXTRA
    patterns = [pattern for one in placed for pattern in one.schema.get("patternProperties", ())]
    if patterns and any(one.schema.get("additionalProperties") is False for one in placed):
        return matching(values.draw.among(patterns), values.draw, 2 + number)
    return f"{EXTRA}{number or ''}"


def _dependencies(schemas: Sequence[dict[str, Any]], names: dict[str, None]) -> None:
    """Add what the members that are there ask for, and what that asks for."""
    pairs = [
        pair
        for schema in schemas
        for keyword in ("dependentRequired", "dependencies")
        for pair in schema.get(keyword, {}).items()
    ]
    for _ in pairs:
        for name, needed in pairs:
            if name in names and isinstance(needed, list):
                names |= dict.fromkeys(needed)


def _dependent(values: Maker, placed: Sequence[Placed], names: dict[str, None], depth: int) -> Iterator[Placed]:
    """The schemas that hold because of members that are there."""
    found = [
        one.under(f"/{keyword}/{escape(name)}", schema)
        for one in placed
        for keyword in ("dependentSchemas", "dependencies")
        for name, schema in one.schema.get(keyword, {}).items()
        if name in names and isinstance(schema, dict | bool)
    ]
    yield from gathered(values.document, found, values.draw, depth) if found else ()


def _of(placed: Sequence[Placed], name: str) -> list[Placed]:
    """The schemas that judge the member of a name."""
    found: list[Placed] = []
    for one in placed:
        known = _named(one, name)
        found += known
        if not known and "additionalProperties" in one.schema:
            found.append(one.under("/additionalProperties", one.schema["additionalProperties"]))
    return found


def _named(one: Placed, name: str) -> list[Placed]:
    patterns = one.schema.get("patternProperties", {})
    found = [
        one.under(f"/patternProperties/{escape(pattern)}", schema)
        for pattern, schema in patterns.items()
        if compiled(pattern).search(name)
    ]
    if name in one.schema.get("properties", ()):
        found.append(one.under(f"/properties/{escape(name)}", one.schema["properties"][name]))
    return found
