"""Bring the catalogue into the registry: what is missing is made, what a person changed stays as they left it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from events.audit.record import recorded_together
from events.catalogue.read import CatalogueType, catalogue
from events.models import EventType, SchemaVersion
from events.revision import EditConflictError
from events.schemas.compatibility.comparison import Verdict
from events.schemas.errors import ComparisonStaleError, RegistryError, StatusError
from events.schemas.registry.activate import activate
from events.schemas.registry.proposal import parse_number
from events.schemas.registry.types import save_type
from events.schemas.registry.versions import save_draft
from events.who import Actor

NOTE = "From the OMS catalogue."
REFUSALS = (RegistryError, StatusError, ComparisonStaleError, EditConflictError)


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DRAFTED = "drafted"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Names of types by what was done: made; given a newer version; given one as a draft, as events that were valid
    would be refused by it; nothing. `refused` says why the registry would not take one.
    """

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    drafted: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


def load_catalogue(by: Actor = None, types: Sequence[CatalogueType] | None = None) -> Loaded:
    """All types, or those. Each in a transaction of its own: editors wait for none longer than for a person's act."""
    types = catalogue() if types is None else types
    rows = EventType.objects.filter(name__in=[one.name for one in types]).prefetch_related("versions")
    held = {row.name: row for row in rows}
    done: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    refused: dict[str, str] = {}
    for one in types:
        try:
            done[_load(one, held.get(one.name), by)].append(one.name)
        except REFUSALS as error:
            # Another load may have been quicker.
            if _is_missing(one, EventType.objects.filter(name=one.name).first()):
                refused[one.name] = str(error)
            else:
                done[Outcome.UNCHANGED].append(one.name)
    return Loaded(**{outcome.value: tuple(names) for outcome, names in done.items()}, refused=refused)


def _load(one: CatalogueType, held: EventType | None, by: Actor) -> Outcome:
    if not _is_missing(one, held):
        return Outcome.UNCHANGED
    with recorded_together():
        return _publish(one, held or save_type(_type(one), expected=None, by=by), new=held is None, by=by)


def _is_missing(one: CatalogueType, held: EventType | None) -> bool:
    """Whether all the registry has, in whatever status, is older: a number that a person took is theirs."""
    if held is None:
        return True
    return all(parse_number(row.version).compare(one.version) < 0 for row in held.versions.all())


def _publish(one: CatalogueType, event_type: EventType, *, new: bool, by: Actor) -> Outcome:
    draft = SchemaVersion(event_type=event_type, version=one.version, note=NOTE)
    version = save_draft(draft, one.text, expected=None, by=by)
    if version.verdict == Verdict.INCOMPATIBLE.value:
        return Outcome.DRAFTED
    activate(version, note=NOTE, expected=version.revision, by=by)
    return Outcome.CREATED if new else Outcome.UPDATED


def _type(one: CatalogueType) -> EventType:
    return EventType(
        name=one.name,
        category=one.category,
        owner=one.owner,
        description=one.description,
        criticality=one.criticality,
        data_version=one.data_version,
    )
