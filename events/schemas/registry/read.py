"""The schema of a version: a draft's text, or what its parts make."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from events.envelope.json_text import parse_json
from events.models import SchemaPart, SchemaVersion
from events.schemas.documents.limits import MAX_DEPTH
from events.schemas.parts.join import join

Json = Any


def schema_of(version: SchemaVersion) -> Json:
    """A schema as it was typed: its members in their order. Two queries for one in parts, none for a draft."""
    if version.draft is not None:
        return parse_json(version.draft.encode(), MAX_DEPTH)
    return schema_at(version.root)


def schema_at(root: str, using: str = DEFAULT_DB_ALIAS) -> Json:
    """What the parts below a root make."""

    def contents(digests: Iterable[str]) -> Mapping[str, str]:
        rows = SchemaPart.objects.using(using).filter(digest__in=list(digests))
        return dict(rows.values_list("digest", "content"))

    return join(root, contents)


def schema_text(version: SchemaVersion) -> str:
    """JSON for people to read; a draft as it was typed."""
    return version.draft if version.draft is not None else written(schema_of(version))


def written(schema: Json) -> str:
    """A schema as text, its members in their order."""
    return json.dumps(schema, indent=2, ensure_ascii=False)
