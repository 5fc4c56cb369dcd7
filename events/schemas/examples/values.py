"""One value of a schema, drawn by chance and not yet checked."""

from collections.abc import Mapping, Sequence
from typing import Any

from events.schemas.documents.document import SchemaDocument
from events.schemas.examples.alike import Placed, gathered
from events.schemas.examples.arrays import array
from events.schemas.examples.draw import MAX_DEPTH, Draw, Size
from events.schemas.examples.errors import NoExampleError
from events.schemas.examples.numbers import number
from events.schemas.examples.objects import object_
from events.schemas.examples.strings import string

TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
TOLD_BY: Mapping[str, str] = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "propertyNames": "object",
    "minProperties": "object",
    "maxProperties": "object",
    "dependencies": "object",
    "dependentRequired": "object",
    "items": "array",
    "prefixItems": "array",
    "contains": "array",
    "minItems": "array",
    "maxItems": "array",
    "uniqueItems": "array",
    "pattern": "string",
    "format": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}


class Values:
    """Makes values for the schemas of one document: the Maker of objects and arrays."""

    def __init__(self, document: SchemaDocument, draw: Draw) -> None:
        self.document = document
        self.draw = draw

    def value(self, start: Sequence[Placed], depth: int = 0) -> Any:
        """A value for all of `start` at once. Raises NoExampleError."""
        self.draw.spend()
        if depth > 2 * MAX_DEPTH:
            raise NoExampleError
        placed = gathered(self.document, start, self.draw, depth)
        schemas = [one.schema for one in placed]
        if (listed := _listed(schemas)) is not None:
            return self.draw.among(listed)
        return self._typed(self._type(schemas), placed, schemas, depth)

    def _typed(self, kind: str, placed: Sequence[Placed], schemas: Sequence[dict[str, Any]], depth: int) -> Any:
        if kind == "object":
            return object_(self, placed, depth)
        if kind == "array":
            return array(self, placed, depth)
        if kind == "string":
            return string(schemas, self.draw)
        if kind in ("integer", "number"):
            return number(schemas, self.draw, whole=kind == "integer")
        return None if kind == "null" else self.draw.among((True, False))

    def _type(self, schemas: Sequence[dict[str, Any]]) -> str:
        allowed = set(TYPES)
        for schema in schemas:
            allowed &= _types(schema)
        told = {TOLD_BY[keyword] for schema in schemas for keyword in schema if keyword in TOLD_BY} & allowed
        ordered = [kind for kind in TYPES if kind in (told or allowed)]
        if self.draw.size is Size.LEAST and not any("type" in schema for schema in schemas):
            return self.draw.among(ordered)
        return self.draw.among(ordered if told and len(allowed) == len(TYPES) else sorted(allowed))


def _types(schema: dict[str, Any]) -> set[str]:
    if "type" not in schema:
        return set(TYPES)
    types = schema["type"]
    found = {types} if isinstance(types, str) else set(types)
    return found | {"integer"} if "number" in found else found


def _listed(schemas: Sequence[dict[str, Any]]) -> list[Any] | None:
    """What `const` and `enum` leave; None where there are none."""
    lists = [[schema["const"]] for schema in schemas if "const" in schema]
    lists += [schema["enum"] for schema in schemas if "enum" in schema]
    if not lists:
        return None
    first, *others = lists
    return [one for one in first if all(one in other for other in others)]
