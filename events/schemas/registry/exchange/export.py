"""Writing the registry to files that another one can load, and people can read and keep in version control."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db.models import F

from events.models import EventType, LegacyType, SchemaVersion
from events.schemas.registry.exchange.description import LegacyDescription, TypeDescription, VersionDescription
from events.schemas.registry.exchange.files import FORMAT, TypeFolder, folder_of
from events.schemas.registry.read import schema_of, written


@dataclass(slots=True)
class Exported:
    """How much was written."""

    types: int = 0
    versions: int = 0
    legacy_types: int = 0


def export_to(root: Path, *, tell: Callable[[str], None] = lambda _: None) -> Exported:
    """Write every type with its versions; the same registry makes the same files. Raises OSError."""
    done = Exported()
    for event_type in EventType.objects.order_by("name"):
        tell(event_type.name)
        folder = folder_of(root, event_type.name)
        folder.path.mkdir(parents=True, exist_ok=True)
        _export(event_type, folder, done)
    return done


def _export(event_type: EventType, folder: TypeFolder, done: Exported) -> None:
    versions = list(_in_order(event_type))
    legacy = list(LegacyType.objects.filter(version__event_type=event_type).select_related("version").order_by("name"))
    for version in versions:
        _write(folder.schema(version.version), schema_of(version))
    about = {
        "format": FORMAT,
        **_taken(TypeDescription, event_type),
        "versions": [_version(version) for version in versions],
        "legacy_types": [{**_taken(LegacyDescription, one), "version": one.version.version} for one in legacy],
    }
    _write(folder.about, about)
    done.types, done.versions = done.types + 1, done.versions + len(versions)
    done.legacy_types += len(legacy)


def _in_order(event_type: EventType) -> Any:
    """As they were activated, so that they can be activated again one after the other; drafts last."""
    versions = SchemaVersion.objects.filter(event_type=event_type).select_related("ancestor")
    return versions.order_by(F("activated_at").asc(nulls_last=True), "pk")


def _version(version: SchemaVersion) -> dict[str, Any]:
    ancestor = version.ancestor.version if version.ancestor else ""
    return asdict(VersionDescription(**{**_taken(VersionDescription, version), "ancestor": ancestor}))


def _taken(kind: type, row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]


def _write(path: Path, value: Any) -> None:
    path.write_text(written(value) + "\n", encoding="utf-8")
