"""Which draft of JSON Schema a document is written in."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from events.schemas.documents.errors import SchemaError
from events.schemas.documents.keywords import every_schema


class Dialect(StrEnum):
    DRAFT_7 = "draft-07"
    DRAFT_2020_12 = "2020-12"


NAMED = {
    "json-schema.org/draft-07/schema": Dialect.DRAFT_7,
    "json-schema.org/draft/2020-12/schema": Dialect.DRAFT_2020_12,
}
META_SCHEMAS = {dialect: f"http{'s' * (dialect is Dialect.DRAFT_2020_12)}://{name}" for name, dialect in NAMED.items()}
ONLY_2020_12 = frozenset(
    {
        "$dynamicAnchor",
        "$dynamicRef",
        "dependentRequired",
        "dependentSchemas",
        "maxContains",
        "minContains",
        "prefixItems",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
)


def dialect_of(schema: Any) -> Dialect:
    """What `$schema` says, or else the draft that gives the keywords a meaning, 2020-12 where both do."""
    if isinstance(schema, dict) and "$schema" in schema:
        return named(schema["$schema"])
    found = set(_signs(schema))
    if len(found) > 1:
        raise SchemaError([("", "keywords of draft-07 and of 2020-12 are mixed: say which draft by $schema")])
    return found.pop() if found else Dialect.DRAFT_2020_12


def named(uri: Any, place: str = "") -> Dialect:
    """The draft that a `$schema` names, in the schema at `place`."""
    known = NAMED.get(str(uri).removeprefix("http://").removeprefix("https://").removesuffix("#"))
    if known is None or not isinstance(uri, str):
        names = " or ".join(META_SCHEMAS.values())
        raise SchemaError([(f"{place}/$schema", f"names another meta-schema than {names}")])
    return known


def _signs(schema: Any) -> Iterator[Dialect]:
    for _, one in every_schema(schema):
        if not isinstance(one, dict):
            continue
        if not ONLY_2020_12.isdisjoint(one):
            yield Dialect.DRAFT_2020_12
        if _is_draft_7(one):
            yield Dialect.DRAFT_7


def _is_draft_7(schema: dict[str, Any]) -> bool:
    if isinstance(schema.get("items"), list) or "additionalItems" in schema or "dependencies" in schema:
        return True
    return "definitions" in schema and "$defs" not in schema
