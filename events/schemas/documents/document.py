"""A JSON Schema that can be relied on: valid, whole, bounded, and quick to judge by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from events.envelope.errors import EnvelopeError
from events.envelope.json_text import parse_json
from events.schemas.documents.dialect import Dialect, dialect_of, named
from events.schemas.documents.errors import Problem, SchemaError
from events.schemas.documents.limits import MAX_BYTES, MAX_DEPTH, MAX_VALUES, check_limits, check_size
from events.schemas.documents.patterns import pattern_problems
from events.schemas.documents.progress import progress_problems
from events.schemas.documents.references import References
from events.schemas.documents.validator import compile_problem, meta_faults

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_VALUES", "SchemaDocument", "parse_schema", "parse_schema_text"]

MAX_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class SchemaDocument:
    """`targets`: by the place of a schema with a reference, the places that it can lead to, the likeliest first."""

    schema: Any
    dialect: Dialect
    targets: Mapping[str, list[str]] = field(default_factory=dict, compare=False, repr=False)


def parse_schema_text(text: str | bytes) -> SchemaDocument:
    """As `parse_schema`, of JSON text, which is read strictly."""
    check_size(len(text))
    try:
        content = text.encode() if isinstance(text, str) else text
        check_size(len(content))
        value = parse_json(content, MAX_DEPTH)
    except UnicodeEncodeError:
        wrong = Problem("", "holds a lone surrogate")
    except EnvelopeError as error:
        wrong = Problem(error.pointer, error.reason)
    else:
        return parse_schema(value)
    raise SchemaError([wrong])


def parse_schema(schema: Any) -> SchemaDocument:
    """Raises SchemaError with everything that is wrong at the first of these steps that finds something."""
    check_limits(schema)
    if not isinstance(schema, dict | bool):
        raise SchemaError([("", "a schema is an object, true or false")])
    dialect = dialect_of(schema)
    _refuse(meta_faults(schema, dialect))
    references = References.of(schema, dialect)
    _refuse(_of_references(references))
    _refuse(_of_patterns(references))
    _refuse(progress_problems(references))
    document = SchemaDocument(schema, dialect, references.targets)
    if wrong := compile_problem(document):
        raise SchemaError([wrong])
    return document


def _refuse(problems: Iterator[Problem]) -> None:
    found = [problem for _, problem in zip(range(MAX_PROBLEMS), problems, strict=False)]
    if found:
        raise SchemaError(found)


def _of_patterns(references: References) -> Iterator[Problem]:
    for node in references.nodes.values():
        if isinstance(node.schema, dict):
            yield from pattern_problems(node.schema, node.place)


def _of_references(references: References) -> Iterator[Problem]:
    yield from references.problems
    for place in references.elsewhere:
        for problem in meta_faults(references.nodes[place].schema, references.dialect):
            yield Problem(place + problem.place, problem.message)
    for node in references.nodes.values():
        yield from _other_dialect(node.place, node.schema, references.dialect)


def _other_dialect(place: str, schema: Any, dialect: Dialect) -> Iterator[Problem]:
    if not isinstance(schema, dict) or "$schema" not in schema:
        return
    try:
        if named(schema["$schema"], place) is not dialect:
            yield Problem(f"{place}/$schema", f"the document is written in {dialect}")
    except SchemaError as error:
        yield from error.problems
