import pytest
from structlog.testing import capture_logs

from events.models import LegacyType
from events.revision import EditConflictError
from events.schemas.errors import LEGACY_NAME_TAKEN, TYPE_HAS_NAME, RegistryError
from events.schemas.registry.legacy import NO_DRAFT, delete_legacy, save_legacy
from events.schemas.registry.number import current
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def test_a_legacy_type_is_saved_and_ingest_can_tell() -> None:
    row = made.legacy_type("order_placed", steps=made.SET_TOTAL)
    before = current()

    save_legacy(row, expected=None, by=None)

    assert LegacyType.objects.get().steps == made.SET_TOTAL
    assert current() != before


def test_forgetting_one_is_told_to_ingest_too() -> None:
    row = save_legacy(made.legacy_type("order_placed"), expected=None, by=None)
    before = current()

    delete_legacy(row, expected=1, by=None)

    assert not LegacyType.objects.exists()
    assert current() != before


def test_steps_that_are_no_migration_are_refused_with_their_place() -> None:
    with pytest.raises(RegistryError) as refused:
        save_legacy(made.legacy_type("order_placed", steps=[{"op": "guess", "path": "/a"}]), expected=None, by=None)

    assert [problem.place for problem in refused.value.problems] == ["/steps/0/op"]


def test_a_draft_decides_about_no_events() -> None:
    row = made.legacy_type("order_placed", made.draft(made.event_type()))

    with pytest.raises(RegistryError) as refused:
        save_legacy(row, expected=None, by=None)

    assert refused.value.problems == (NO_DRAFT,)


def test_the_name_of_an_event_type_is_taken() -> None:
    with pytest.raises(RegistryError) as refused:
        save_legacy(made.legacy_type(made.NAME), expected=None, by=None)

    assert refused.value.problems == (TYPE_HAS_NAME,)


def test_a_name_is_taken_once() -> None:
    first = save_legacy(made.legacy_type("order_placed"), expected=None, by=None)

    with pytest.raises(RegistryError) as refused:
        save_legacy(made.legacy_type("order_placed", first.version), expected=None, by=None)

    assert refused.value.problems == (LEGACY_NAME_TAKEN,)


def test_a_stale_revision_is_a_conflict() -> None:
    """H47."""
    row = save_legacy(made.legacy_type("order_placed"), expected=None, by=None)
    stale = LegacyType.objects.get()
    save_legacy(row, expected=1, by=None)

    with pytest.raises(EditConflictError):
        save_legacy(stale, expected=1, by=None)
    with pytest.raises(EditConflictError):
        delete_legacy(stale, expected=1, by=None)


def test_each_act_is_logged_with_ids_and_nothing_else() -> None:
    row = made.legacy_type("somebody_came", note="for somebody")

    with capture_logs() as logged:
        save_legacy(row, expected=None, by=None)
        delete_legacy(row, expected=1, by=None)

    assert [line["event"] for line in logged] == ["legacy_type.saved", "legacy_type.deleted"]
    assert "somebody" not in str(logged)
