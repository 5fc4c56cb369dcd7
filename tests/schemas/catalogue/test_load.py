"""The catalogue in the registry: made where it is missing, and what a person changed stays."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User

from events.catalogue.load import load_catalogue
from events.catalogue.read import CatalogueType, catalogue
from events.models import EventType, LegacyType, SchemaVersion
from events.schemas.registry import number
from events.schemas.registry.activate import activate, retire
from events.schemas.registry.read import schema_of
from events.schemas.registry.types import save_type
from events.schemas.registry.versions import save_draft

pytestmark = pytest.mark.django_db

Status = SchemaVersion.Status
CREATED = "com.foundry.oms.branch.created"
PUBLISHED = "com.foundry.oms.schema.published"
DELETED = "com.foundry.oms.branch.deleted"


@pytest.fixture
def few() -> list[CatalogueType]:
    """A catalogue of three types, which a test may give newer versions."""
    return [one for one in catalogue() if one.name in (CREATED, PUBLISHED, DELETED)]


def test_it_makes_every_type_with_an_active_version() -> None:
    loaded = load_catalogue()

    assert len(loaded.created) == 58
    assert (loaded.updated, loaded.drafted, loaded.unchanged, loaded.refused) == ((), (), (), {})
    assert EventType.objects.filter(versions__status=Status.ACTIVE).count() == 58


def test_the_registry_holds_what_the_files_say(few: list[CatalogueType]) -> None:
    editor = User.objects.create(username="editor")

    load_catalogue(editor, few)

    for one in few:
        version = active(one.name)
        row = version.event_type
        assert (row.category, row.owner, row.description) == (one.category, one.owner, one.description)
        assert (row.criticality, row.data_version) == (one.criticality, one.data_version)
        assert (version.version, version.created_by, version.activated_by) == (one.version, editor, editor)
        assert json.dumps(schema_of(version)) == json.dumps(one.schema)


def test_the_second_time_nothing_is_changed() -> None:
    load_catalogue()
    before = state()

    loaded = load_catalogue()

    assert len(loaded.unchanged) == 58
    assert (loaded.created, loaded.updated, loaded.refused) == ((), (), {})
    assert state() == before


def test_what_a_person_changed_of_a_type_stays(few: list[CatalogueType]) -> None:
    load_catalogue(types=few)
    row = EventType.objects.get(name=CREATED)
    row.owner, row.allowed, row.blocked_reason = "branch-owners", False, "Ask first"
    save_type(row, expected=row.revision, by=None)

    loaded = load_catalogue(types=few)

    row.refresh_from_db()
    assert CREATED in loaded.unchanged
    assert (row.owner, row.allowed, row.blocked_reason) == ("branch-owners", False, "Ask first")


def test_a_version_that_a_person_retired_is_not_brought_back(few: list[CatalogueType]) -> None:
    load_catalogue(types=few)
    version = active(CREATED)
    retire(version, note="Nobody sends it", expected=version.revision, by=None)

    loaded = load_catalogue(types=few)

    version.refresh_from_db()
    assert CREATED in loaded.unchanged
    assert version.status == Status.RETIRED


def test_a_type_that_was_deleted_is_made_again(few: list[CatalogueType]) -> None:
    load_catalogue(types=few)
    SchemaVersion.objects.filter(event_type__name=CREATED).delete()
    EventType.objects.filter(name=CREATED).delete()

    loaded = load_catalogue(types=few)

    assert loaded.created == (CREATED,)
    assert active(CREATED).version == "1.0.0"


def test_a_newer_version_of_the_catalogue_becomes_the_active_one(few: list[CatalogueType]) -> None:
    load_catalogue(types=few)
    newer(few, CREATED, "1.1.0", ticket={"type": "string", "maxLength": 20})

    loaded = load_catalogue(types=few)

    assert (loaded.updated, len(loaded.unchanged)) == ((CREATED,), 2)
    assert (active(CREATED).version, active(CREATED).verdict) == ("1.1.0", "backward_compatible")
    assert SchemaVersion.objects.get(event_type__name=CREATED, version="1.0.0").status == Status.DEPRECATED


def test_a_version_that_would_refuse_what_was_valid_is_left_as_a_draft(few: list[CatalogueType]) -> None:
    load_catalogue(types=few)
    newer(few, CREATED, "2.0.0", name={"type": "integer"})

    first, second = load_catalogue(types=few), load_catalogue(types=few)

    assert first.drafted == (CREATED,)
    assert CREATED in second.unchanged
    assert active(CREATED).version == "1.0.0"


def test_a_number_that_does_not_fit_the_change_is_refused_and_nothing_of_it_is_kept(few: list[CatalogueType]) -> None:
    load_catalogue(types=few)
    newer(few, CREATED, "1.0.1", name={"type": "integer"})

    loaded = load_catalogue(types=few)

    assert list(loaded.refused) == [CREATED]
    assert "/version" in loaded.refused[CREATED]
    assert list(EventType.objects.get(name=CREATED).versions.values_list("version", flat=True)) == ["1.0.0"]


def test_a_person_s_newer_version_stays_the_active_one(few: list[CatalogueType]) -> None:
    load_catalogue(types=few)
    theirs = SchemaVersion(event_type=EventType.objects.get(name=CREATED), version="2.0.0")
    schema = {**schema_of(active(CREATED)), "minProperties": 0}
    save_draft(theirs, json.dumps(schema), expected=None, by=None)
    activate(theirs, note="Ours", expected=theirs.revision, by=None)
    newer(few, CREATED, "1.1.0", ticket={"type": "string", "maxLength": 20})

    loaded = load_catalogue(types=few)

    assert CREATED in loaded.unchanged
    assert active(CREATED).version == "2.0.0"


def test_a_type_that_a_person_made_is_given_its_schema_and_nothing_else(few: list[CatalogueType]) -> None:
    save_type(EventType(name=CREATED, owner="branch-owners"), expected=None, by=None)

    loaded = load_catalogue(types=few)

    assert (loaded.updated, len(loaded.created)) == ((CREATED,), 2)
    assert active(CREATED).event_type.owner == "branch-owners"


def test_what_another_load_made_meanwhile_is_unchanged(few: list[CatalogueType]) -> None:
    loaded = load_catalogue(types=[*few, few[0]])

    assert len(loaded.created) == 3
    assert (loaded.unchanged, loaded.refused) == ((few[0].name,), {})


def test_one_type_that_the_registry_refuses_keeps_no_other_back(few: list[CatalogueType]) -> None:
    other = save_type(EventType(name="com.example.branch.made"), expected=None, by=None)
    version = save_draft(SchemaVersion(event_type=other), "true", expected=None, by=None)
    version = activate(version, note="", expected=version.revision, by=None)
    LegacyType.objects.create(name=CREATED, version=version)

    loaded = load_catalogue(types=few)

    assert set(loaded.created) == {PUBLISHED, DELETED}
    assert "legacy" in loaded.refused[CREATED]
    assert not EventType.objects.filter(name=CREATED).exists()


def active(name: str) -> SchemaVersion:
    return SchemaVersion.objects.select_related("event_type").get(event_type__name=name, status=Status.ACTIVE)


def newer(few: list[CatalogueType], type_: str, version: str, /, **members: Any) -> None:
    """Give a type of the catalogue a newer version, in which some members are as told."""
    place = next(place for place, one in enumerate(few) if one.name == type_)
    schema = {**few[place].schema, "properties": {**few[place].schema["properties"], **members}}
    few[place] = replace(few[place], version=version, schema=schema)


def state() -> object:
    rows = SchemaVersion.objects.order_by("pk").values_list("pk", "revision", "status", "event_type__revision")
    return number.current(), list(rows)
