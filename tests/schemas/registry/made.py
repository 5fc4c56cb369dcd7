"""Types and versions for tests of the registry and its API."""

import json
from typing import Any

from events.models import EventType, LegacyType, SchemaVersion
from events.schemas.registry.activate import activate
from events.schemas.registry.types import save_type
from events.schemas.registry.versions import save_draft

NAME = "com.example.order.placed"
ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["order"],
    "properties": {"order": {"type": "string"}, "total": {"type": "integer"}},
    "additionalProperties": False,
}
"""A schema, with newer ones: each reads the other; the new reads all old; neither reads the other."""
SAME = {**ORDER, "title": "An order"}
WIDER = {**ORDER, "properties": {**ORDER["properties"], "total": {"type": "number"}}}
OTHER = {**ORDER, "properties": {**ORDER["properties"], "order": {"type": "integer"}}}
DEFAULTED = {**ORDER, "required": ["order", "total"]}
SET_TOTAL = [{"op": "set_default", "path": "/total", "value": 0}]


def event_type(name: str = NAME, **values: Any) -> EventType:
    return save_type(EventType(name=name, **values), expected=None, by=None)


def draft(of: EventType, schema: Any = ORDER, version: str = "", **values: Any) -> SchemaVersion:
    row = SchemaVersion(event_type=of, version=version, **values)
    return save_draft(row, json.dumps(schema), expected=None, by=None)


def active(of: EventType, schema: Any = ORDER, version: str = "", note: str = "a test", **values: Any) -> SchemaVersion:
    made = draft(of, schema, version, **values)
    return activate(made, note=note, expected=made.revision, by=None)


def stored(version: SchemaVersion) -> SchemaVersion:
    return SchemaVersion.objects.get(pk=version.pk)


def legacy_type(name: str, version: SchemaVersion | None = None, **values: Any) -> LegacyType:
    """Unsaved."""
    return LegacyType(name=name, version=version or active(event_type()), **values)
