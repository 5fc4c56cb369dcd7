"""A type that stamps the version into the data must not get a schema by which what is stamped is refused."""

from typing import Any

import pytest

from events.models import EventType, SchemaVersion
from events.schemas.errors import RegistryError
from events.schemas.registry.activate import activate
from events.schemas.registry.assessment import assess
from events.schemas.registry.types import save_type
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db

STAMP = EventType.DataVersion.STAMP
ROOM = {**made.ORDER, "properties": {**made.ORDER["properties"], "version": {"type": "string"}}}


def stamping(row: EventType) -> EventType:
    row.data_version = STAMP
    return row


@pytest.mark.parametrize(
    "schema",
    [
        made.ORDER,
        {"type": "object", "properties": {"version": {"type": "integer"}}},
        {"type": "object", "properties": {"version": {"const": "9.9.9"}}, "required": ["version"]},
    ],
    ids=["closed", "an integer", "another version"],
)
def test_a_draft_that_refuses_what_is_stamped_is_not_saved(schema: Any) -> None:
    kind = made.event_type(data_version=STAMP)

    with pytest.raises(RegistryError) as raised:
        made.draft(kind, schema)

    assert [problem.place for problem in raised.value.problems] == ["/schema"]
    assert "1.0.0" in str(raised.value)


@pytest.mark.parametrize("schema", [ROOM, {"type": "object"}, {}, True, {"type": "array"}], ids=str)
def test_a_draft_with_room_for_it_is_saved(schema: Any) -> None:
    kind = made.event_type(data_version=STAMP)

    assert made.draft(kind, schema).version == "1.0.0"


def test_other_types_may_have_closed_schemas() -> None:
    assert made.draft(made.event_type()).version == "1.0.0"


def test_the_editor_is_told_while_somebody_types() -> None:
    draft = SchemaVersion(event_type=made.event_type(data_version=STAMP))

    (problem,) = assess(
        draft, '{"type": "object", "required": ["a"], "additionalProperties": {"type": "null"}}'
    ).problems

    assert problem.place == "/schema"


def test_a_type_does_not_begin_to_stamp_where_a_version_in_use_refuses_it() -> None:
    kind = made.event_type()
    made.active(kind)
    made.active(kind, ROOM, "1.1.0")

    with pytest.raises(RegistryError, match=r"1\.0\.0") as raised:
        save_type(stamping(kind), expected=kind.revision, by=None)

    assert [problem.place for problem in raised.value.problems] == ["/data_version"]
    assert "1.1.0 " not in str(raised.value)


def test_a_draft_from_before_the_type_stamped_is_not_activated() -> None:
    kind = made.event_type()
    draft = made.draft(kind)
    save_type(stamping(kind), expected=kind.revision, by=None)

    with pytest.raises(RegistryError):
        activate(draft, note="", expected=draft.revision, by=None)

    assert made.stored(draft).status == "draft"
