import pytest

from events.models import EventType
from events.schemas.evolution.errors import MigrationError
from events.schemas.registry.paths import Leg, migration_path
from events.schemas.registry.trial import NoPathError, try_migration
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def chain() -> EventType:
    """1.0.0, 2.0.0 that needs a migration, 2.0.1 that needs none."""
    of = made.event_type()
    made.active(of)
    made.active(of, made.DEFAULTED, migration_up=made.SET_TOTAL)
    made.active(of, {**made.DEFAULTED, "title": "An order"})
    return of


def test_the_way_up_has_the_steps_of_each_version_in_order() -> None:
    legs = migration_path(chain(), "1.0.0", "2.0.1")

    assert legs == [Leg("1.0.0", "2.0.0", made.SET_TOTAL), Leg("2.0.0", "2.0.1", [])]


def test_a_version_is_at_itself() -> None:
    assert migration_path(chain(), "2.0.0", "2.0.0") == []


def test_without_a_migration_no_way_leads_on() -> None:
    of = chain()
    made.active(of, made.OTHER)

    assert migration_path(of, "1.0.0", "3.0.0") is None
    assert migration_path(of, "3.0.0", "1.0.0") is None


def test_a_draft_can_be_reached() -> None:
    of = made.event_type()
    made.active(of)
    made.draft(of, made.DEFAULTED, migration_up=made.SET_TOTAL)

    legs = migration_path(of, "1.0.0", "2.0.0")

    assert legs is not None
    assert [leg.to for leg in legs] == ["2.0.0"]


def test_a_migration_is_tried_over_all_its_legs() -> None:
    of = chain()
    first, last = of.versions.get(version="1.0.0"), of.versions.get(version="2.0.1")

    tried = try_migration(first, last, {"order": "a"})

    assert tried.data == {"order": "a", "total": 0}
    assert [leg.to for leg in tried.legs] == ["2.0.0", "2.0.1"]
    assert (tried.faults_before, tried.faults_after) == ([], [])


def test_what_cannot_be_migrated_is_told_without_its_value() -> None:
    of = chain()

    with pytest.raises(MigrationError) as error:
        try_migration(of.versions.get(version="1.0.0"), of.versions.get(version="2.0.0"), [4111])

    assert "4111" not in str(error.value)


def test_where_no_way_leads_nothing_is_tried() -> None:
    of = chain()
    made.active(of, made.OTHER)

    with pytest.raises(NoPathError):
        try_migration(of.versions.get(version="1.0.0"), of.versions.get(version="3.0.0"), {})
