"""Loading types and versions from files. What is there already and the same is left alone, so it can be run again."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from events.models import EventType, LegacyType, SchemaVersion
from events.problem import RefusedError
from events.revision import EditConflictError
from events.schemas.errors import ComparisonStaleError, StatusError
from events.schemas.registry.activate import activate, retire
from events.schemas.registry.exchange.description import (
    Described,
    LegacyDescription,
    TypeDescription,
    VersionDescription,
    described,
)
from events.schemas.registry.exchange.files import FileError, TypeFolder, folders_in, read_json
from events.schemas.registry.legacy import save_legacy
from events.schemas.registry.read import schema_of, written
from events.schemas.registry.types import save_type
from events.schemas.registry.versions import save_draft
from events.who import Actor

Status = SchemaVersion.Status
IMPORTED = "imported"
OTHER_SCHEMA = "was activated here with another schema: it stays as it is"
NO_ANCESTOR = "its ancestor was not activated here: import with --activate"
NO_VERSION = "the version it is taken for was not activated here"
_REFUSED = (RefusedError, EditConflictError, StatusError, ComparisonStaleError, FileError)


@dataclass(slots=True)
class Imported:
    """How many types, versions and legacy types were created, changed, activated, ..., and what was refused."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


def import_from(
    root: Path, *, activate_too: bool = False, by: Actor = None, tell: Callable[[str], None] = lambda _: None
) -> Imported:
    """Load every type below a folder; what is refused is told and left out. Raises FileError for no such folder.

    Versions become drafts. With `activate_too` they get the status they were exported with.
    """
    done = Imported()
    for folder in folders_in(root):
        tell(folder.path.name)
        with _noting(done, folder.path.name):
            about = described(read_json(folder.about), f"{folder.about}#")
            _Load(folder, about, activate_too, by, done).run()
    return done


@contextmanager
def _noting(done: Imported, what: str) -> Iterator[None]:
    try:
        yield
    except _REFUSED as error:
        done.refused.append(f"{what}: {error}")


@dataclass(slots=True)
class _Load:
    """One type on its way in."""

    folder: TypeFolder
    about: Described
    activate_too: bool
    by: Actor
    done: Imported

    def run(self) -> None:
        event_type = self._type(self.about.type)
        for one in self.about.versions:
            with _noting(self.done, f"{event_type.name} {one.version}"):
                self._version(event_type, one)
        for one in self.about.versions:
            with _noting(self.done, f"{event_type.name} {one.version}"):
                self._retire(event_type, one)
        for legacy in self.about.legacy:
            with _noting(self.done, legacy.name):
                self._legacy(event_type, legacy)

    def _type(self, said: TypeDescription) -> EventType:
        row = EventType.objects.filter(name=said.name).first() or EventType()
        if _taken(row, asdict(said)) or row.pk is None:
            self._count("types", row.pk)
            save_type(row, expected=row.revision if row.pk else None, by=self.by)
        else:
            self.done.counts["types unchanged"] += 1
        return row

    def _version(self, event_type: EventType, said: VersionDescription) -> None:
        text = written(read_json(self.folder.schema(said.version)))
        row = SchemaVersion.objects.filter(event_type=event_type, version=said.version).first()
        if row is not None and row.status != Status.DRAFT:
            if written(schema_of(row)) != text:
                raise FileError(said.version, OTHER_SCHEMA)
            self.done.counts["versions unchanged"] += 1
            return
        row = self._draft(row or SchemaVersion(event_type=event_type), said, text)
        if self.activate_too and said.status != Status.DRAFT:
            activate(row, note=said.activation_note or IMPORTED, expected=row.revision, by=self.by)
            self.done.counts["versions activated"] += 1

    def _draft(self, row: SchemaVersion, said: VersionDescription, text: str) -> SchemaVersion:
        members: dict[str, Any] = {name: getattr(said, name) for name in _DRAFTED}
        members["ancestor"] = _ancestor(row, said.ancestor)
        if not _taken(row, members) and row.draft is not None and written(schema_of(row)) == text:
            self.done.counts["versions unchanged"] += 1
            return row
        self._count("versions", row.pk)
        return save_draft(row, text, expected=row.revision if row.pk else None, by=self.by)

    def _retire(self, event_type: EventType, said: VersionDescription) -> None:
        row = SchemaVersion.objects.filter(event_type=event_type, version=said.version).first()
        if row is None or not self.activate_too or said.status != Status.RETIRED:
            return
        if row.status in (Status.ACTIVE, Status.DEPRECATED):
            retire(row, note=IMPORTED, expected=row.revision, by=self.by)
            self.done.counts["versions retired"] += 1

    def _legacy(self, event_type: EventType, said: LegacyDescription) -> None:
        activated = SchemaVersion.objects.filter(event_type=event_type).exclude(status=Status.DRAFT)
        version = activated.filter(version=said.version).first()
        if version is None:
            raise FileError(said.version, NO_VERSION)
        row = LegacyType.objects.filter(name=said.name).first() or LegacyType()
        members = {"name": said.name, "version_id": version.pk, "steps": said.steps, "note": said.note}
        if _taken(row, members) or row.pk is None:
            self._count("legacy types", row.pk)
            save_legacy(row, expected=row.revision if row.pk else None, by=self.by)
        else:
            self.done.counts["legacy types unchanged"] += 1

    def _count(self, what: str, key: int | None) -> None:
        self.done.counts[f"{what} {'created' if key is None else 'changed'}"] += 1


_DRAFTED = ("version", "policy", "migration_up", "migration_down", "note")


def _taken(row: Any, members: dict[str, Any]) -> bool:
    """Put members into a row, unsaved; whether any of them is another than it was."""
    changed = [name for name, value in members.items() if getattr(row, name, None) != value]
    for name in changed:
        setattr(row, name, members[name])
    return bool(changed)


def _ancestor(row: SchemaVersion, number: str) -> SchemaVersion | None:
    if not number:
        return None
    activated = SchemaVersion.objects.filter(event_type=row.event_type_id).exclude(status=Status.DRAFT)
    found = activated.filter(version=number).first()
    if found is None:
        raise FileError(number, NO_ANCESTOR)
    return found
