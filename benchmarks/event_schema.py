"""Schemas that say of every member of a measured event what it is: closed objects, bounded texts."""

from typing import Any

Schema = dict[str, Any]


def text(longest: int = 200, **more: object) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest, **more}


def closed(**properties: object) -> Schema:
    """An object with these members, all of them and no others."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def event_schema(object_type: Schema, change: Schema, **more: Schema) -> Schema:
    """Of what the measured events have in common; `object_type` and `change` are further members of these two."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **closed(
            objectType=closed(
                rid=text(pattern=r"^ri\.ontology\.[a-z]+\.object-type\.[0-9]{8}$"),
                apiName=text(100, pattern="^[A-Z][A-Za-z0-9]*$"),
                displayName=text(100),
                description=text(2_000),
                status={"enum": ["ACTIVE", "DEPRECATED", "ENDORSED", "EXPERIMENTAL"]},
                version={"type": "integer", "minimum": 1},
                primaryKey=text(100),
                rows={"type": "integer", "minimum": 0},
                **object_type,
            ),
            change=closed(
                operation={"enum": ["ADD_PROPERTY", "REMOVE_PROPERTY", "RENAME"]},
                after=text(64, pattern="^[0-9a-f]{64}$"),
                breaking={"type": "boolean"},
                **change,
            ),
            audit=closed(reason=text(), ticket=text(20), score={"type": "number", "minimum": 0, "maximum": 1}),
            **more,
        ),
    }
