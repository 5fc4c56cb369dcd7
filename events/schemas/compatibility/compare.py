"""Compare two schemas: is every instance of the old one valid under the new one, and the reverse."""

from collections.abc import Callable
from dataclasses import replace

from events.schemas.compatibility.budget import DEFAULT, Budget, Meter
from events.schemas.compatibility.building.references import References
from events.schemas.compatibility.changes.changes import differences
from events.schemas.compatibility.changes.difference import Difference, Effect, Side
from events.schemas.compatibility.changes.grade import graded
from events.schemas.compatibility.comparison import (
    Comparison,
    Counterexample,
    Json,
    Policy,
    Verdict,
    with_migration,
)
from events.schemas.compatibility.comparison import Side as SideName
from events.schemas.compatibility.inclusion import Inclusion, Inclusions, Schema
from events.schemas.compatibility.solving.outcome import MISSING
from events.schemas.documents.document import SchemaDocument, parse_schema

__all__ = ["compare", "with_migration"]

Derivable = Callable[[Json, Json], bool]
# Of the time: a third for each direction, and one for the differences.
PARTS = 3


def compare(
    old: Json,
    new: Json,
    policy: Policy = "strict",
    *,
    budget: Budget = DEFAULT,
    derivable: Derivable | None = None,
) -> Comparison:
    """Raises SchemaError for what is no schema. What is not known for sure is never compatible.

    `derivable` says whether a migration can be derived that makes old instances valid; by default it is looked for.
    """
    documents = parse_schema(old), parse_schema(new)
    before, after = Schema.of(documents[0]), Schema.of(documents[1])
    part = replace(budget, seconds=budget.seconds / PARTS)
    inclusions = Inclusions(lenient=policy == "lenient", budget=part)
    backward, forward = inclusions.of(before, after), inclusions.of(after, before)
    migratable = not backward.included and (derivable(old, new) if derivable else _derivable(*documents))
    return Comparison(
        _verdict(backward, forward, migratable),
        backward.included is True,
        forward.included is True,
        backward.included is not None and forward.included is not None,
        graded(
            _differences(inclusions, before, after, Meter(part)),
            backward=backward.included,
            forward=forward.included,
            migratable=migratable,
        ),
        _shown("old", backward, after) or _shown("new", forward, before),
    )


def _differences(inclusions: Inclusions, before: Schema, after: Schema, meter: Meter) -> list[Difference]:
    def effect_of(old: Side, new: Side) -> Effect:
        return inclusions.effect(before, old, after, new, meter)

    def references() -> tuple[References, References]:
        old, new = inclusions.references(before, after)
        return old, new

    return differences(Side(before.document.schema, ""), Side(after.document.schema, ""), references, effect_of)


def _derivable(old: SchemaDocument, new: SchemaDocument) -> bool:
    # Deriving compares schemas itself.
    from events.schemas.evolution.derive import derive_between

    return derive_between(old, new) is not None


def _verdict(backward: Inclusion, forward: Inclusion, migratable: bool) -> Verdict:
    if not backward.included:
        return Verdict.MIGRATION_REQUIRED if migratable else Verdict.INCOMPATIBLE
    return Verdict.COMPATIBLE if forward.included else Verdict.BACKWARD_COMPATIBLE


def _shown(side: SideName, found: Inclusion, refusing: Schema) -> Counterexample | None:
    if found.instance is MISSING:
        return None
    faults = refusing.validator.faults(found.instance)
    said = ({"pointer": fault.pointer, "keyword": fault.keyword, "message": fault.message} for fault in faults)
    return Counterexample(side, found.instance, tuple(said))
