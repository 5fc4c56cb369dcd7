"""Values that are valid under a schema."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from events.schemas.documents.document import SchemaDocument
from events.schemas.documents.validator import compile_validator
from events.schemas.examples.alike import Placed
from events.schemas.examples.draw import Draw, Size
from events.schemas.examples.errors import NoExampleError
from events.schemas.examples.values import Values

ATTEMPTS, MORE_ATTEMPTS = 20, 4
MAX_SPENT = 20_000


def examples_of(document: SchemaDocument, count: int, seed: int = 0) -> list[Any]:
    """At most `count` different values, the barest and the fullest first; the same for the same seed.

    Fewer where the schema has no more, or none that were found with a bounded number of attempts.
    """
    validator = compile_validator(document)
    found: dict[str, Any] = {}
    for value in _attempts(document, count, seed):
        if validator.is_valid(value):
            found.setdefault(json.dumps(value, sort_keys=True), value)
        if len(found) >= count:
            break
    return list(found.values())[:count]


def _attempts(document: SchemaDocument, count: int, seed: int) -> Iterator[Any]:
    spent = 0
    for number in range(ATTEMPTS + MORE_ATTEMPTS * count):
        draw = Draw(f"{seed}/{number}", _size(number))
        with suppress(NoExampleError):
            yield Values(document, draw).value([Placed("", document.schema)])
        spent += draw.spent
        if spent > MAX_SPENT + count * MAX_SPENT // 100:
            return


def _size(number: int) -> Size:
    return Size.LEAST if number == 0 else Size.MOST if number == 1 else (Size.SOME, Size.SOME, Size.MOST)[number % 3]
