"""What is done to types, versions and legacy types; schemas are told by their digests."""

import json

import pytest

from events.models import LegacyType, SchemaVersion
from events.schemas.errors import RegistryError, StatusError, TypeInUseError
from events.schemas.registry.activate import activate, deprecate, retire
from events.schemas.registry.legacy import delete_legacy, save_legacy
from events.schemas.registry.types import delete_type, save_type
from events.schemas.registry.versions import delete_draft, save_draft
from events.who import Caller
from tests.audit.records import acts, changed, everything, newest
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db
KEY = Caller(3, "deploy", "shop", frozenset())
MARKED = {**made.ORDER, "description": "marker-4711", "examples": [{"order": "marker-4711"}]}


def test_a_type_is_made_changed_and_deleted_with_its_drafts() -> None:
    event_type = made.event_type()
    event_type.allowed = False
    save_type(event_type, expected=1, by=KEY)
    assert changed() == {"allowed": (True, False)}
    made.draft(event_type)

    delete_type(event_type, expected=2, by=KEY)

    last = newest()
    assert (last["subject"], last["after"], last["by"]) == ("event type", None, "API key 3")
    assert (last["before"]["name"], last["before"]["drafts"]) == (made.NAME, ["1.0.0"])
    assert acts() == ["event_type.created", "event_type.changed", "schema_version.created", "event_type.deleted"]


def test_a_draft_is_made_changed_and_deleted() -> None:
    draft = made.draft(made.event_type(), note="the first")
    first = newest()

    save_draft(draft, json.dumps(MARKED), expected=1, by=KEY)
    assert set(changed()) == {"digest"}
    delete_draft(draft, expected=2, by=KEY)

    assert (first["act"], first["subject"], first["reason"]) == (
        "schema_version.created",
        "schema version",
        "the first",
    )
    assert (first["after"]["version"], first["after"]["status"]) == ("1.0.0", "draft")
    assert newest()["act"] == "schema_version.deleted"
    assert "marker-4711" not in everything()


def test_a_version_on_its_way_is_told_with_its_notes() -> None:
    event_type = made.event_type()
    former = made.active(event_type, note="begin")
    assert (newest()["act"], newest()["reason"]) == ("schema_version.activated", "begin")
    assert changed()["status"] == ("draft", "active")
    draft = made.draft(event_type, made.WIDER)

    version = activate(draft, note="wider", expected=1, by=KEY)

    record = newest()
    assert (record["after"]["deprecates"], record["after"]["digest"]) == (former.version, version.root)
    former = made.stored(former)
    retire(former, note="unused", expected=former.revision, by=KEY)
    assert (newest()["reason"], changed()) == ("unused", {"status": ("deprecated", "retired")})
    former = made.stored(former)
    deprecate(former, expected=former.revision, by=KEY)
    assert changed() == {"status": ("retired", "deprecated")}
    ways = [act.partition(".")[2] for act in acts() if act.startswith("schema_version")]
    assert ways == ["created", "activated", "created", "activated", "retired", "deprecated"]


def test_legacy_types_are_told_with_their_steps() -> None:
    legacy = made.legacy_type("shop.order", steps=made.SET_TOTAL)
    save_legacy(legacy, expected=None, by=KEY)
    first = newest()
    legacy.steps = []
    save_legacy(legacy, expected=1, by=KEY)
    assert changed() == {"steps": (made.SET_TOTAL, [])}
    delete_legacy(legacy, expected=2, by=KEY)

    assert (first["subject"], first["after"]["type"], first["after"]["version"]) == ("legacy type", made.NAME, "1.0.0")
    assert [act for act in acts() if "legacy" in act] == [
        f"legacy_type.{act}" for act in ("created", "changed", "deleted")
    ]


def test_what_is_refused_leaves_no_record() -> None:
    event_type = made.event_type()
    version = made.active(event_type)
    before = acts()

    with pytest.raises(TypeInUseError):
        delete_type(event_type, expected=1, by=KEY)
    with pytest.raises(RegistryError):
        made.event_type()
    with pytest.raises(StatusError):
        delete_draft(version, expected=made.stored(version).revision, by=KEY)
    with pytest.raises(RegistryError):
        retire(version, note="", expected=made.stored(version).revision, by=KEY)
    with pytest.raises(RegistryError):
        save_legacy(LegacyType(name=made.NAME, version=version), expected=None, by=KEY)

    assert acts() == before
    assert SchemaVersion.objects.get().status == "active"
