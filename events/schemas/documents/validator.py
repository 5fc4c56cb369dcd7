"""Judge values by a schema. The one module that knows jsonschema-rs."""

from collections.abc import Iterator
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from events.schemas.documents.dialect import META_SCHEMAS, Dialect
from events.schemas.documents.effort import Effort, effort
from events.schemas.documents.errors import Problem
from events.schemas.documents.explain import explained
from events.schemas.documents.faults import MAX_FAULTS, Fault, more
from events.schemas.documents.naming import Naming

if TYPE_CHECKING:
    from events.schemas.documents.document import SchemaDocument

NO_JSON = Fault("", "", "is not JSON")
TOO_MANY_WAYS = Fault("", "", "does not fit, and the schema tries too many combinations to say where")
TOO_INTRICATE = "the regular expression is too large or too intricate"
ENGINES = {Dialect.DRAFT_7: jsonschema_rs.Draft7Validator, Dialect.DRAFT_2020_12: jsonschema_rs.Draft202012Validator}


class Validator:
    """Of one schema. It never changes, so threads may share it."""

    def __init__(self, document: "SchemaDocument") -> None:
        self._document = document
        self._engine = _engine(document.schema, document.dialect)

    def is_valid(self, value: Any) -> bool:
        """Whether a JSON value fits, of no more levels than strict JSON may have, as the engine recurses.

        The quick question: ask for faults only after a no.
        """
        try:
            return self._engine.is_valid(value)
        except ValueError:
            # Lone surrogates and what is no JSON at all.
            return False

    def faults(self, value: Any) -> list[Fault]:
        """Every reason why a value does not fit, at most 101 of them, the last of which says that there are more.

        Where a value is so large, or the schema so intricate, that looking for all takes too long, the first one.
        """
        if self.is_valid(value):
            return []
        try:
            return list(self._bounded(value)) or [TOO_MANY_WAYS]
        except ValueError:
            return [NO_JSON]

    def _bounded(self, value: Any) -> Iterator[Fault]:
        found = self._found(value)
        yield from islice(found, MAX_FAULTS)
        if next(found, None):
            yield more()

    def _found(self, value: Any) -> Iterator[Fault]:
        needed = effort(self._document, value)
        if needed is Effort.ALL:
            for error in self._engine.iter_errors(value):
                yield from explained(error, self._naming)
        elif needed is Effort.FIRST:
            yield from self._first(value)

    def _first(self, value: Any) -> Iterator[Fault]:
        try:
            self._engine.validate(value)
        except jsonschema_rs.ValidationError as error:
            yield from explained(error, self._naming)
            yield Fault("", "", "is too large to look for every fault: this is the first")

    @cached_property
    def _naming(self) -> Naming:
        return Naming.of(self._document.schema)


def compile_validator(document: "SchemaDocument") -> Validator:
    return Validator(document)


def compile_problem(document: "SchemaDocument") -> Problem | None:
    """Why the validator refuses a document in which nothing else was found wrong."""
    try:
        Validator(document)
    except jsonschema_rs.ValidationError as error:
        reason = TOO_INTRICATE if error.kind.name == "format" else error.message
        return Problem(_place(error), f"the validator refuses it: {reason}")
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        return Problem("", f"the validator refuses it: {error}")
    return None


def meta_faults(schema: Any, dialect: Dialect) -> Iterator[Problem]:
    """Where a schema is not valid under its meta-schema."""
    engine = _meta(dialect)
    if engine.is_valid(schema):
        return
    for error in engine.iter_errors(schema):
        for fault in explained(error, Naming.everything()):
            yield Problem(fault.pointer, fault.message)


@cache
def _meta(dialect: Dialect) -> jsonschema_rs.Validator:
    # Without formats: that of patterns would be refused without saying why.
    return _engine({"$ref": META_SCHEMAS[dialect]}, dialect, formats=False)


def _engine(schema: Any, dialect: Dialect, *, formats: bool = True) -> jsonschema_rs.Validator:
    """Linear in patterns, and never fetching anything."""
    return ENGINES[dialect](
        schema,
        validate_formats=formats,
        pattern_options=jsonschema_rs.RegexOptions(),
        mask="a value",
        offline=True,
    )


def _place(error: jsonschema_rs.ValidationError) -> str:
    return Naming.everything().pointer(error.instance_path)
