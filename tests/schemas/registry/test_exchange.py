import json
from pathlib import Path
from typing import Any

import pytest

from events.models import EventType, LegacyType, Registry, SchemaVersion
from events.schemas.registry.activate import retire
from events.schemas.registry.exchange.export import export_to
from events.schemas.registry.exchange.files import FileError
from events.schemas.registry.exchange.load import import_from
from events.schemas.registry.legacy import save_legacy
from events.schemas.registry.read import schema_text
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def registry() -> None:
    """One type with a retired, a deprecated and an active version, a draft and a legacy type; and another type."""
    of = made.event_type(category="orders", owner="checkout", migrate="older")
    first = made.active(of, note="the first")
    second = made.active(of, made.DEFAULTED, migration_up=made.SET_TOTAL, note="totals are needed")
    made.active(of, {**made.DEFAULTED, "title": "An order"})
    made.draft(of, made.OTHER, note="to be discussed")
    retire(made.stored(first), expected=made.stored(first).revision, by=None)
    save_legacy(made.legacy_type("order_placed", second, note="the old shop"), expected=None, by=None)
    made.event_type("com.example/größer")


def told() -> Any:
    """All that an export is to keep."""
    versions = [
        (one.event_type.name, one.version, one.status, one.ancestor and one.ancestor.version, one.verdict, one.note,
         one.policy, one.migration_up, one.migration_down, schema_text(one) if one.draft is None else "")
        for one in SchemaVersion.objects.order_by("event_type__name", "version")
    ]  # fmt: skip
    types = list(EventType.objects.order_by("name").values("name", "category", "owner", "migrate"))
    legacy = list(LegacyType.objects.values("name", "version__version", "steps", "note"))
    return types, versions, legacy


def forget() -> None:
    LegacyType.objects.all().delete()
    SchemaVersion.objects.update(ancestor=None)
    SchemaVersion.objects.all().delete()
    EventType.objects.all().delete()
    Registry.objects.all().delete()


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def edit(root: Path, **members: Any) -> None:
    path = root / made.NAME / "type.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))


def test_an_export_is_a_folder_for_each_type_with_a_file_for_each_version(tmp_path: Path) -> None:
    registry()

    done = export_to(tmp_path)

    assert (done.types, done.versions, done.legacy_types) == (2, 4, 1)
    assert set(files(tmp_path)) == {
        *(f"{made.NAME}/{name}.json" for name in ("type", "1.0.0", "2.0.0", "2.0.1", "3.0.0")),
        "com.example%2Fgr%C3%B6%C3%9Fer/type.json",
    }
    assert json.loads((tmp_path / made.NAME / "1.0.0.json").read_text()) == made.ORDER


def test_what_was_exported_is_the_same_in_another_installation(tmp_path: Path) -> None:
    registry()
    export_to(tmp_path / "one")
    before = told()
    forget()

    done = import_from(tmp_path / "one", activate_too=True)

    assert done.refused == []
    assert told() == before
    export_to(tmp_path / "two")
    assert files(tmp_path / "two") == files(tmp_path / "one")


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    registry()
    export_to(tmp_path)
    number = Registry.objects.get().number

    done = import_from(tmp_path, activate_too=True)

    assert dict(done.counts) == {"types unchanged": 2, "versions unchanged": 4, "legacy types unchanged": 1}
    assert Registry.objects.get().number == number


def test_without_activating_there_are_drafts_to_look_at(tmp_path: Path) -> None:
    registry()
    export_to(tmp_path)
    forget()

    done = import_from(tmp_path)

    assert list(SchemaVersion.objects.values_list("version", "status")) == [("1.0.0", "draft")]
    assert len(done.refused) == 4
    assert all("activated here" in line for line in done.refused)


def test_what_changed_in_the_files_is_changed_here(tmp_path: Path) -> None:
    registry()
    export_to(tmp_path)
    edit(tmp_path, owner="payments")
    (tmp_path / made.NAME / "3.0.0.json").write_text(json.dumps({**made.OTHER, "title": "Discussed"}))

    done = import_from(tmp_path)

    assert (done.counts["types changed"], done.counts["versions changed"], done.refused) == (1, 1, [])
    assert EventType.objects.get(name=made.NAME).owner == "payments"
    assert "Discussed" in str(SchemaVersion.objects.get(version="3.0.0").draft)


def test_what_was_activated_here_with_another_schema_is_refused_and_the_rest_is_loaded(tmp_path: Path) -> None:
    registry()
    export_to(tmp_path)
    edit(tmp_path, category="sales")
    (tmp_path / made.NAME / "1.0.0.json").write_text("true")

    done = import_from(tmp_path, activate_too=True)

    [refused] = done.refused
    assert refused.startswith(f"{made.NAME} 1.0.0")
    assert EventType.objects.get(name=made.NAME).category == "sales"


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"format": 2}, "/format: must be 1"),
        ({"colour": "red"}, "/colour: unknown member"),
        ({"allowed": "yes"}, "/allowed: must be true or false"),
        ({"name": 7}, "/name: must be a string"),
        ({"criticality": "high"}, "/criticality"),
        ({"versions": {}}, "/versions: must be an array"),
        ({"versions": [{"status": "draft"}]}, "/versions/0/version: is required"),
        ({"versions": [{"version": "../../../etc/passwd"}]}, "SemVer"),
        ({"versions": [{"version": "9.9.9"}]}, "9.9.9.json"),
        ({"legacy_types": [{"name": "a"}]}, "/legacy_types/0/version: is required"),
        ({"legacy_types": [7]}, "/legacy_types/0: must be an object"),
    ],
)
def test_files_that_no_export_wrote_are_refused_with_the_place(
    tmp_path: Path, members: dict[str, Any], said: str
) -> None:
    """H20, H27: no name in a file leads to another file."""
    registry()
    export_to(tmp_path)
    edit(tmp_path, **members)

    done = import_from(tmp_path)

    assert len(done.refused) == 1
    assert said in done.refused[0]


@pytest.mark.parametrize("text", ["", "[" * 100_000, '{"name": "a", "name": "b"}', "\xff"])
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    """H20."""
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "type.json").write_text(text, encoding="latin-1")

    assert len(import_from(tmp_path).refused) == 1


def test_a_folder_without_an_export_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"type\.json"):
        import_from(tmp_path)


def test_no_name_of_a_type_leads_out_of_the_folder(tmp_path: Path) -> None:
    """H27."""
    for name in ("...", ".hidden", "a" * 255, "ü" * 127, "a/b"):
        made.event_type(name)

    export_to(tmp_path / "out")

    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert len(list((tmp_path / "out").glob("*/type.json"))) == 5
    assert not list((tmp_path / "out").glob(".*"))
