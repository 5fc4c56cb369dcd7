"""Whether a migration does what it says: tried on generated examples, so that these may be shown."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from events.schemas.documents.document import SchemaDocument
from events.schemas.documents.errors import Problem
from events.schemas.documents.faults import Fault
from events.schemas.documents.validator import Validator, compile_validator
from events.schemas.evolution.errors import MigrationError
from events.schemas.evolution.steps import Migration, parse_steps
from events.schemas.examples.valid import examples_of

EXAMPLES = 60
MAX_PROBLEMS = 10
MAX_SHOWN = 300


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """`problems`: what was valid before the way up and down and is not after it; `loss`: what the way loses, or ""."""

    problems: list[Problem]
    loss: str


def check(steps: Any, old: SchemaDocument, new: SchemaDocument) -> list[Problem]:
    """Examples of `old`, migrated, must be valid under `new`. Raises SchemaError for what are no steps.

    A place is that of the step that fails, or "" where all succeed and the result is not valid.
    """
    migration, validator = parse_steps(steps), compile_validator(new)
    found: dict[Any, Problem] = {}
    for example in examples_of(old, EXAMPLES):
        for problem, kind in _wrong(migration, validator, example):
            found.setdefault(kind, problem)
        if len(found) >= MAX_PROBLEMS:
            break
    return list(found.values())[:MAX_PROBLEMS]


def check_round_trip(up: Any, down: Any, old: SchemaDocument, new: SchemaDocument) -> RoundTrip:
    """Examples of `old` that go up must be valid under `old` when they come down. That they come back is not asked.

    Those that do not get up are left to `check`. Raises SchemaError for what are no steps.
    """
    upward, downward, validator = parse_steps(up), parse_steps(down), compile_validator(old)
    judge = compile_validator(new)
    found: dict[Any, Problem] = {}
    loss = ""
    for example in examples_of(old, EXAMPLES):
        raised = _applied(upward, example)
        if isinstance(raised, MigrationError) or not judge.is_valid(raised):
            continue
        for problem, kind in _wrong(downward, validator, raised):
            found.setdefault(kind, problem)
        returned = _applied(downward, raised)
        if not loss and not isinstance(returned, MigrationError) and returned != example:
            loss = f"up and down again, {shown(example)} becomes {shown(returned)}"
    return RoundTrip(list(found.values())[:MAX_PROBLEMS], loss)


def shown(example: Any) -> str:
    """A generated value, cut to what can be read."""
    text = json.dumps(example, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def _wrong(migration: Migration, validator: Validator, example: Any) -> Iterator[tuple[Problem, Any]]:
    """Each problem with what it is known by: the same one of another example tells nothing new."""
    result = _applied(migration, example)
    if isinstance(result, MigrationError):
        message = f"{_here(result.place)} {result.message}; for example {shown(example)}"
        yield Problem(f"/{result.step}", message), (result.step, result.code, result.message)
        return
    for fault in validator.faults(result):
        yield _of_fault(fault, example, result), (fault.keyword, fault.message)


def _of_fault(fault: Fault, example: Any, result: Any) -> Problem:
    return Problem("", f"{shown(example)} becomes {shown(result)}, where {_here(fault.pointer)} {fault.message}")


def _here(pointer: str) -> str:
    return pointer or "the whole"


def _applied(migration: Migration, value: Any) -> Any:
    try:
        return migration.apply(value)
    except MigrationError as error:
        return error
