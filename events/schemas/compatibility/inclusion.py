"""Is every instance of one schema valid under another? With an instance that says no."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from events.schemas.compatibility.budget import Budget, Meter, UndecidedError
from events.schemas.compatibility.building.build import Builder
from events.schemas.compatibility.building.references import References
from events.schemas.compatibility.building.role import Role
from events.schemas.compatibility.changes.difference import BOTH, Effect, Side
from events.schemas.compatibility.nodes import Nodes
from events.schemas.compatibility.solving.outcome import MISSING, UNKNOWN, Outcome
from events.schemas.compatibility.solving.solver import Solver
from events.schemas.compatibility.values import alike
from events.schemas.documents.dialect import Dialect
from events.schemas.documents.document import SchemaDocument
from events.schemas.documents.validator import Validator, compile_validator
from events.schemas.examples.valid import examples_of

Json = Any
EXAMPLES = 50
_DISPUTED = {
    Dialect.DRAFT_7: frozenset({"format", "contentMediaType", "contentEncoding"}),
    Dialect.DRAFT_2020_12: frozenset({"format", "dependencies"}),
}


@dataclass(frozen=True, slots=True)
class Schema:
    """A document with its validator."""

    document: SchemaDocument
    validator: Validator

    @classmethod
    def of(cls, document: SchemaDocument) -> "Schema":
        return cls(document, compile_validator(document))

    @property
    def modern(self) -> bool:
        return self.document.dialect is Dialect.DRAFT_2020_12


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`included` None: not known. `instance` is valid under the one and not under the other, MISSING where none is."""

    included: bool | None
    instance: Json = MISSING


class Inclusions:
    """Of two schemas in both directions; what is found out in one is known in the other."""

    def __init__(self, *, lenient: bool, budget: Budget) -> None:
        self._lenient = lenient
        self._writing = Role.WRITER if lenient else Role.STRICT
        self._reading = Role.READER if lenient else Role.STRICT
        self._budget = budget
        self._nodes = Nodes()
        self._solver = Solver(self._nodes, Meter(budget))
        self._builders: dict[tuple[int, Role], Builder] = {}
        # What is built is known by its identity: nothing may go away while it is.
        self._kept: list[Json] = []

    def of(self, writer: Schema, reader: Schema) -> Inclusion:
        """Whether the reader takes all that the writer may write."""
        if same(writer, reader):
            return Inclusion(True)
        listed = None if self._lenient or _disputed(writer, reader) else _listed(writer.document)
        if listed is not None:
            return _of_listed(listed, writer, reader)
        try:
            outcome = self._searched(writer, reader)
        except (UndecidedError, RecursionError):
            outcome = UNKNOWN
        if outcome.none:
            return Inclusion(True)
        if outcome.sure:
            return Inclusion(False, outcome.value)
        return Inclusion(None) if self._lenient else _by_examples(writer, reader)

    def _searched(self, writer: Schema, reader: Schema) -> Outcome:
        self._solver.begin(Meter(self._budget))
        written = self._builder(writer, self._writing).root()
        read = self._builder(reader, self._reading).root()

        def refutes(found: Outcome) -> bool:
            # The validator does not know of leniency: there it is a second opinion, and the reasoning must be sure.
            if self._lenient and not found.sure:
                return False
            return not reader.validator.is_valid(found.value) and writer.validator.is_valid(found.value)

        return self._solver.first([(written, True), (read, False)], refutes)

    def effect(self, old: Schema, old_part: Side, new: Schema, new_part: Side, meter: Meter) -> Effect:
        """What it means that one subschema takes the place of another: both, where that is not known."""
        self._kept += [old_part.schema, new_part.schema]
        self._solver.begin(meter)
        try:
            narrows = self._leaves(old, old_part, new, new_part)
            return narrows, self._leaves(new, new_part, old, old_part)
        except (UndecidedError, RecursionError):
            return BOTH

    def references(self, *schemas: Schema) -> Iterator[References]:
        """Where the references of each lead. Raises UndecidedError."""
        return (self._builder(schema, self._writing).references for schema in schemas)

    def _leaves(self, writer: Schema, written: Side, reader: Schema, read: Side) -> bool:
        """Whether something may be valid under the first that is not under the second."""
        one = self._builder(writer, self._writing).part(written.schema, written.base)
        other = self._builder(reader, self._reading).part(read.schema, read.base)
        return not self._solver.solve([(one, True), (other, False)]).none

    def _builder(self, schema: Schema, role: Role) -> Builder:
        key = (id(schema), role)
        if key not in self._builders:
            document = schema.document.schema
            self._builders[key] = Builder(self._nodes, document, schema.modern, role, self._solver.meter)
        return self._builders[key]


def same(writer: Schema, reader: Schema) -> bool:
    """Whether they are one and the same but for the order of members."""
    same_draft = writer.document.dialect is reader.document.dialect
    return same_draft and alike(writer.document.schema, reader.document.schema)


def _listed(document: SchemaDocument) -> list[Json] | None:
    """The values of which all instances are some, where the schema lists them."""
    schema = document.schema
    if not isinstance(schema, dict) or (document.dialect is Dialect.DRAFT_7 and "$ref" in schema):
        return None
    if "const" in schema:
        return [schema["const"]]
    values: list[Json] | None = schema.get("enum")
    return values


def _disputed(*schemas: Schema) -> bool:
    """Whether they may say something of which validators differ, so that what this one says of a value is no proof."""
    return any(
        not _DISPUTED[schema.document.dialect].isdisjoint(names)
        for schema in schemas
        for names in _names(schema.document.schema)
    )


def _names(value: Json) -> Iterator[Iterable[str]]:
    """The names in each object anywhere: a reference may lead to what is no schema by its place."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
        if isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)


def _by_examples(writer: Schema, reader: Schema) -> Inclusion:
    """Where reasoning does not tell, an example may."""
    instance = next(_refuting(examples_of(writer.document, EXAMPLES), writer, reader), MISSING)
    return Inclusion(None) if instance is MISSING else Inclusion(False, instance)


def _of_listed(values: Iterable[Json], writer: Schema, reader: Schema) -> Inclusion:
    refuting = _refuting(values, writer, reader)
    instance = next(refuting, MISSING)
    return Inclusion(instance is MISSING, instance)


def _refuting(values: Iterable[Json], writer: Schema, reader: Schema) -> Iterator[Json]:
    for value in values:
        if not reader.validator.is_valid(value) and writer.validator.is_valid(value):
            yield value
