"""Values that are just not valid under a schema: valid ones with one thing changed."""

import json
from collections.abc import Iterator
from typing import Any

from events.schemas.documents.document import SchemaDocument
from events.schemas.documents.validator import compile_validator
from events.schemas.examples.valid import examples_of

BASES = 4
MAX_TRIED = 5_000
Path = tuple[str | int, ...]
OTHERS: tuple[Any, ...] = (None, True, "", "other", 0, -1, 0.5, 10**9, [], {})


def invalid_near(document: SchemaDocument, count: int, seed: int = 0) -> list[Any]:
    """At most `count` different values; none for a schema that everything fits."""
    validator = compile_validator(document)
    bases = examples_of(document, BASES, seed) or [{}, []]
    found: dict[str, Any] = {}
    for tried, value in enumerate(_changed(bases)):
        if len(found) >= count or tried > MAX_TRIED:
            break
        if not validator.is_valid(value):
            found.setdefault(json.dumps(value, sort_keys=True), value)
    return list(found.values())


def _changed(bases: list[Any]) -> Iterator[Any]:
    """Round by round one change of each place, so that few examples already come from many places."""
    changes = [_at(base, path) for base in bases for path in _paths(base)]
    while changes:
        left = []
        for change in changes:
            for value in change:
                yield value
                left.append(change)
                break
        changes = left


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in members:
        yield from _paths(child, (*path, key))


def _at(base: Any, path: Path) -> Iterator[Any]:
    if path:
        yield _without(base, path)
    here = base
    for key in path:
        here = here[key]
    for other in (*_near(here), *OTHERS):
        yield _with(base, path, other)


def _near(value: Any) -> Iterator[Any]:
    """Just beyond, where a bound may be."""
    if isinstance(value, dict):
        yield {**value, "unknown": True}
    elif isinstance(value, list):
        yield from (value[:-1], [*value, *value[-1:]], [*value, None])
    elif isinstance(value, str):
        yield from (value[:-1], value + value[-1:], f"{value} ", value * 50)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (value - 1, value + 1, value + 0.001, -value)


def _with(value: Any, path: Path, other: Any) -> Any:
    if not path:
        return other
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = _with(value[path[0]], path[1:], other)
    return changed


def _without(value: Any, path: Path) -> Any:
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1:
        del changed[path[0]]
    else:
        changed[path[0]] = _without(value[path[0]], path[1:])
    return changed
