"""The rulebook that holds now: read when the registry's number has changed, kept by each process until then."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from events.models import EventType, LegacyType, SchemaVersion
from events.pii.publishing.newest import newest_policies
from events.schemas.admission.compiled import judges, steps_of
from events.schemas.admission.decision import Admission
from events.schemas.admission.rulebook import KnownLegacy, KnownType, KnownVersion, Rulebook, Steps
from events.schemas.registry import number
from events.schemas.registry.paths import descents, edges_of, way_between

Status = SchemaVersion.Status
MIGRATED: Mapping[str, frozenset[str]] = {
    EventType.Migrate.NEVER: frozenset(),
    EventType.Migrate.RETIRED: frozenset({Status.RETIRED.value}),
    EventType.Migrate.OLDER: frozenset({Status.RETIRED.value, Status.DEPRECATED.value}),
}
_kept: dict[str, Rulebook] = {}


def kept(using: str) -> Rulebook:
    """The newest rulebook this process has read. Whoever stores by it asks the database whether it still holds."""
    found = _kept.get(using)
    return found if found is not None else read(using)


def refreshed(using: str, old: Rulebook) -> Rulebook:
    """The rulebook as of now; `old` itself where nothing has changed."""
    return old if number.current(using) == old.number else read(using)


def read(using: str) -> Rulebook:
    """Read the tables. The number comes first: what is changed after it makes this rulebook old, not wrong."""

    as_of = number.current(using)
    versions = _versions(using)
    types = {row.name: _known(row, versions[row.pk]) for row in EventType.objects.using(using)}
    refuses = settings.UNKNOWN_EVENT_TYPES != "accept"
    book = Rulebook(as_of, types, _legacy(using, types), judges(using), refuses, newest_policies(using))
    _kept[using] = book
    return book


def _versions(using: str) -> Mapping[int, Sequence[SchemaVersion]]:
    """By the key of their type, those that events may be of."""
    found: defaultdict[int, list[SchemaVersion]] = defaultdict(list)
    rows = SchemaVersion.objects.using(using).exclude(status=Status.DRAFT)
    for row in rows.defer("changes", "counterexample", "changelog", "note", "draft"):
        found[row.event_type_id].append(row)
    return found


def _known(row: EventType, versions: Sequence[SchemaVersion]) -> KnownType:

    known = {version.version: _version(version) for version in versions}
    active = next((version for version in known.values() if version.status == Status.ACTIVE), None)
    return KnownType(
        name=row.name,
        allowed=row.allowed,
        blocked_reason=row.blocked_reason,
        refuses_invalid=row.on_invalid == EventType.OnInvalid.REFUSE,
        reads_data_version=row.data_version != EventType.DataVersion.IGNORE,
        stamps_data_version=row.data_version == EventType.DataVersion.STAMP,
        migrates=MIGRATED[row.migrate],
        versions=known,
        active=active,
        ways=_ways(active.number, versions) if active and len(known) > 1 else {},
    )


def _version(row: SchemaVersion) -> KnownVersion:
    deprecated = row.deprecated_at.timestamp() if row.deprecated_at else None
    as_is = Admission(key=row.pk, version=row.version, status=row.status, deprecated_at=deprecated)
    return KnownVersion(key=row.pk, number=row.version, status=row.status, root=row.root, as_is=as_is)


def _ways(goal: str, versions: Sequence[SchemaVersion]) -> Mapping[str, Sequence[Steps]]:
    """From each version that a way leads from, its migrations in their order."""

    edges = edges_of(descents(versions))
    ways = {row.version: way_between(edges, row.version, goal) for row in versions}
    return {start: [steps_of(steps) for steps in way if steps] for start, way in ways.items() if way is not None}


def _legacy(using: str, types: Mapping[str, KnownType]) -> dict[str, KnownLegacy]:
    return dict(_legacies(LegacyType.objects.using(using).select_related("version__event_type"), types))


def _legacies(rows: Iterable[LegacyType], types: Mapping[str, KnownType]) -> Iterable[tuple[str, KnownLegacy]]:

    for row in rows:
        today = types.get(row.version.event_type.name)
        version = today.versions.get(row.version.version) if today else None
        if today is not None and version is not None:
            yield row.name, KnownLegacy(row.name, today, version, steps_of(row.steps))
