"""What a type stamps into its events must be valid under their schema, or every one of them is refused."""

from collections.abc import Iterable, Iterator

from events.models import EventType, SchemaVersion
from events.problem import Problem
from events.schemas.documents.document import SchemaDocument, parse_schema
from events.schemas.documents.validator import compile_validator
from events.schemas.evolution.check import shown
from events.schemas.examples.valid import examples_of
from events.schemas.registry.read import schema_of

EXAMPLES = 20
IN_USE = (SchemaVersion.Status.ACTIVE, SchemaVersion.Status.DEPRECATED)


def problems_of_stamp(event_type: EventType, document: SchemaDocument, number: str) -> Iterator[Problem]:
    """Of a schema that is to be this version of the type: what fits it must fit it stamped too."""
    if event_type.data_version == EventType.DataVersion.STAMP and (example := _spoilt(document, number)) is not None:
        yield Problem(
            "/schema",
            f'the type sets "version" in the data to {number}, and the schema refuses that, as in {example}: '
            "let it have a member version that is a string",
        )


def problems_of_stamping(event_type: EventType) -> Iterator[Problem]:
    """Of a type that stamps: its versions that events may be of."""
    if event_type.data_version == EventType.DataVersion.STAMP and event_type.pk is not None:
        versions = SchemaVersion.objects.filter(event_type=event_type, status__in=IN_USE).order_by("pk")
        if refusing := list(_refusing(versions)):
            said = ", ".join(refusing)
            yield Problem("/data_version", f"the schema of {said} refuses the member version that would be set")


def _refusing(versions: Iterable[SchemaVersion]) -> Iterator[str]:
    for version in versions:
        if _spoilt(parse_schema(schema_of(version)), version.version) is not None:
            yield version.version


def _spoilt(document: SchemaDocument, number: str) -> str | None:
    """A value that fits the schema, and does not with the number in it."""
    validator = compile_validator(document)
    for example in examples_of(document, EXAMPLES):
        if isinstance(example, dict) and not validator.is_valid(stamped := {**example, "version": number}):
            return shown(stamped)
    return None
