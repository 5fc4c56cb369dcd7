"""Schemas and migrations in the form that ingest uses, compiled once a process.

A schema is named by the digest of its content, so what is kept never grows old.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from events.schemas.admission.rulebook import Judge, Judges, Steps
from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator
from events.schemas.evolution.steps import parse_steps
from events.schemas.registry.read import schema_at

MAX_KEPT = 4096
_judges: dict[str, Judge] = {}


def judges(using: str) -> Judges:
    """Look a schema up by its root; what is not compiled yet is read from `using`."""

    def judge(root: str) -> Judge:
        found = _judges.get(root)
        return found if found is not None else _compiled(root, using)

    return judge


def _compiled(root: str, using: str) -> Judge:
    if len(_judges) >= MAX_KEPT:
        _judges.clear()
    _judges[root] = compile_validator(parse_schema(schema_at(root, using)))
    return _judges[root]


def steps_of(steps: Sequence[Mapping[str, Any]]) -> Steps:
    return _steps(json.dumps(steps))


@lru_cache(MAX_KEPT)
def _steps(text: str) -> Steps:
    return parse_steps(json.loads(text))
