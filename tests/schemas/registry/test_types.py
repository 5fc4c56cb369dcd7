from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from events.models import EventType, SchemaVersion
from events.revision import EditConflictError
from events.schemas.errors import LEGACY_HAS_NAME, NAME_TAKEN, RegistryError, TypeInUseError
from events.schemas.registry.legacy import save_legacy
from events.schemas.registry.number import current
from events.schemas.registry.types import delete_type, save_type
from tests.routing.made import at_once
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def test_a_type_is_saved_and_ingest_can_tell() -> None:
    before = current()

    saved = made.event_type(category="orders", owner="checkout")

    assert EventType.objects.get() == saved
    assert saved.revision == 1
    assert current() != before


def test_a_change_counts_and_is_told_to_ingest() -> None:
    row = made.event_type()
    before = current()
    row.allowed, row.blocked_reason = False, "moved to com.example.order.accepted"

    save_type(row, expected=1, by=None)

    assert (EventType.objects.get().allowed, EventType.objects.get().revision) == (False, 2)
    assert current() != before


def test_a_stale_revision_is_a_conflict_and_tells_ingest_nothing() -> None:
    """H47."""
    row = made.event_type()
    stale = EventType.objects.get()
    save_type(row, expected=1, by=None)
    before = current()

    with pytest.raises(EditConflictError):
        save_type(stale, expected=1, by=None)
    with pytest.raises(EditConflictError):
        delete_type(stale, expected=1, by=None)

    assert current() == before


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"name": ""}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"name": " a"}, "/name"),
        ({"name": "é" * 128}, "/name"),
        ({"name": "a" * 256}, "/name"),
        ({"name": "a/versions"}, "/name"),
        ({"name": "a/../b"}, "/name"),
        ({"name": "."}, "/name"),
        ({"category": "a\x1b[31m"}, "/category"),
        ({"owner": "a" * 101}, "/owner"),
        ({"blocked_reason": "two\nlines"}, "/blocked_reason"),
        ({"description": "a" * 10_001}, "/description"),
        ({"description": "a\0"}, "/description"),
        ({"criticality": "high"}, "/criticality"),
        ({"on_invalid": "drop"}, "/on_invalid"),
        ({"data_version": ""}, "/data_version"),
        ({"migrate": "always"}, "/migrate"),
    ],
)
def test_a_type_that_cannot_be_is_refused_with_the_place(values: dict[str, Any], place: str) -> None:
    with pytest.raises(RegistryError) as refused:
        save_type(EventType(**{"name": "a", **values}), expected=None, by=None)

    assert {problem.place for problem in refused.value.problems} == {place}
    assert current() == 0


@pytest.mark.parametrize("name", ["order", "com.example/order", "a b", "versions.made", "größer", "a/b.versions"])
def test_whatever_producers_may_send_can_be_registered(name: str) -> None:
    assert made.event_type(name).name == name


def test_a_name_is_taken_once() -> None:
    made.event_type()

    with pytest.raises(RegistryError) as refused:
        made.event_type()

    assert refused.value.problems == (NAME_TAKEN,)


def test_a_type_whose_version_was_activated_keeps_its_name() -> None:
    row = made.event_type()
    made.active(row)
    row.name = "com.example.order.accepted"

    with pytest.raises(RegistryError) as refused:
        save_type(row, expected=row.revision, by=None)

    assert [problem.place for problem in refused.value.problems] == ["/name"]


def test_a_type_with_drafts_only_may_be_renamed() -> None:
    row = made.event_type()
    made.draft(row)
    row.name = "com.example.order.accepted"

    save_type(row, expected=row.revision, by=None)

    assert EventType.objects.get().name == "com.example.order.accepted"


def test_a_type_is_deleted_with_its_drafts() -> None:
    row = made.event_type()
    made.draft(row)
    before = current()

    delete_type(row, expected=row.revision, by=None)

    assert not EventType.objects.exists()
    assert not SchemaVersion.objects.exists()
    assert current() != before


def test_a_type_whose_version_was_activated_is_kept() -> None:
    """H13."""
    row = made.event_type()
    made.active(row)

    with pytest.raises(TypeInUseError, match=r"version 1\.0\.0 was activated"):
        delete_type(row, expected=row.revision, by=None)

    assert EventType.objects.exists()


def test_a_legacy_types_name_is_taken() -> None:
    save_legacy(made.legacy_type("order_placed"), expected=None, by=None)

    with pytest.raises(RegistryError) as refused:
        made.event_type("order_placed")

    assert refused.value.problems == (LEGACY_HAS_NAME,)


@pytest.mark.django_db(transaction=True)
def test_of_a_type_and_a_legacy_type_of_one_name_at_once_one_is_refused() -> None:
    legacy = made.legacy_type("order_placed")

    def tried(act: Callable[[], object]) -> bool:
        try:
            act()
        except RegistryError:
            return False
        return True

    saves: list[Callable[[], object]] = [
        partial(save_legacy, legacy, expected=None, by=None),
        partial(made.event_type, "order_placed"),
    ]

    assert sorted(at_once(*[partial(tried, save) for save in saves])) == [False, True]


def test_each_act_is_logged_with_ids_and_nothing_else() -> None:
    with capture_logs() as logged:
        row = made.event_type("com.somebody.made", owner="somebody")
        id_ = row.pk
        delete_type(row, expected=1, by=None)

    saved, deleted = logged
    assert (saved["event"], saved["type_id"], saved["by"]) == ("type.saved", id_, "a command")
    assert deleted["event"] == "type.deleted"
    assert "somebody" not in str(logged)
