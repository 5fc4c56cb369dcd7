"""The versions of an event type in the order they were made, each with who made it: read in three queries at most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User

from events.models import ApiKey, EventType, SchemaVersion
from events.schemas.admin.wording import first_line

SHOWN_AT_ONCE = 12
# Texts of schemas are long, and a line of history shows none.
LONG = ("draft", "counterexample", "changes", "migration_up", "migration_down")


@dataclass(frozen=True, slots=True)
class Line:
    """One version in the history. `made_by` and `activated_by` are "" where nobody in particular did."""

    version: SchemaVersion
    made_by: str
    activated_by: str
    why: str
    migrates: bool


@dataclass(frozen=True, slots=True)
class History:
    """`recent` and `older` are newest first."""

    recent: list[Line]
    older: list[Line]
    active: SchemaVersion | None

    @property
    def drafts(self) -> int:
        return sum(line.version.status == SchemaVersion.Status.DRAFT for line in (*self.recent, *self.older))


def read_history(event_type: EventType) -> History:
    rows = event_type.versions.select_related("ancestor", "created_by", "activated_by").defer(
        *LONG, *(f"ancestor__{name}" for name in LONG)
    )
    versions = list(rows.order_by("-pk"))
    migrating = set(event_type.versions.exclude(migration_up=[], migration_down=[]).values_list("pk", flat=True))
    keys = key_names(versions)
    lines = [_line(version, keys, version.pk in migrating) for version in versions]
    active = next((one for one in versions if one.status == SchemaVersion.Status.ACTIVE), None)
    return History(lines[:SHOWN_AT_ONCE], lines[SHOWN_AT_ONCE:], active)


def key_names(versions: Iterable[SchemaVersion]) -> Mapping[int, str]:
    """The names of the API keys that made or activated any of them."""
    ids = {id_ for one in versions for id_ in (one.created_by_key_id, one.activated_by_key_id) if id_ is not None}
    return dict(ApiKey.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def who(user: User | None, key_id: int | None, keys: Mapping[int, str]) -> str:
    if user is not None:
        return user.get_username()
    return f"API key {keys.get(key_id, key_id)}" if key_id is not None else ""


def _line(version: SchemaVersion, keys: Mapping[int, str], migrates: bool) -> Line:
    return Line(
        version,
        who(version.created_by, version.created_by_key_id, keys),
        who(version.activated_by, version.activated_by_key_id, keys),
        first_line(version.activation_note or version.note or version.changelog),
        migrates,
    )
