from typing import Any
from uuid import uuid4

import pytest

from events.models import OutboxEntry
from events.schemas.registry.consequences import SAMPLES, would_fail
from tests.routing.made import entry
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def event(data: str | bytes | None, type: str = made.NAME, **values: Any) -> Any:
    return entry(id=str(uuid4()), type=type, data=data, **values)


def test_it_counts_the_stored_events_that_would_fail_and_says_why() -> None:
    draft = made.draft(made.event_type())
    bad = event('{"order": 4111}')
    event('{"order": "a"}')
    event('{"order": 7}', type="com.example.other")

    found = would_fail(draft)

    assert (found.looked_at, found.failing, found.mended) == (2, 1, 0)
    [sample] = found.samples
    assert sample.uuid == bad.uuid
    assert [(fault.pointer, fault.keyword) for fault in sample.faults] == [("/order", "type")]
    assert "4111" not in str(sample.faults)


def test_it_counts_those_that_the_migration_makes_valid() -> None:
    of = made.event_type()
    made.active(of)
    draft = made.draft(of, made.DEFAULTED, migration_up=made.SET_TOTAL)
    for data in ('{"order": "a"}', '{"order": 7}', "[]", '{"order": "a", "total": 1}'):
        _store_as_it_came(data)
    found = would_fail(draft)

    assert (found.looked_at, found.failing, found.mended) == (4, 3, 1)


def test_what_is_no_json_fails() -> None:
    draft = made.draft(made.event_type(), True)
    event(b"\xff\x00", datacontenttype="image/png")
    event("plain", datacontenttype="text/plain")
    event(None)

    found = would_fail(draft)

    assert (found.looked_at, found.failing) == (3, 2)
    assert {sample.faults[0].message for sample in found.samples} == {"is no JSON"}


def test_it_looks_at_the_newest_and_shows_the_first_few() -> None:
    draft = made.draft(made.event_type(), False)
    stored = [event("{}") for _ in range(SAMPLES + 3)]

    found = would_fail(draft, limit=SAMPLES + 1)

    assert (found.looked_at, len(found.samples)) == (SAMPLES + 1, SAMPLES)
    assert [sample.uuid for sample in found.samples] == [one.uuid for one in stored[: -SAMPLES - 1 : -1]]


def test_it_looks_no_further_back_than_some_times_as_many_entries() -> None:
    draft = made.draft(made.event_type(), False)
    event("{}")
    for _ in range(10):
        event("{}", type="com.example.other")

    assert would_fail(draft, limit=1).looked_at == 0
    assert would_fail(draft, limit=2).looked_at == 1


def test_it_can_be_asked_of_one_tenant() -> None:
    draft = made.draft(made.event_type(), False)
    event("{}", tenant="acme")
    event("{}")

    assert would_fail(draft, tenant="acme").looked_at == 1
    assert would_fail(draft).looked_at == 2


def _store_as_it_came(data: str) -> None:
    """Accepted before the schema was active."""
    stored = event(data, type="com.example.other")
    OutboxEntry.objects.filter(pk=stored.pk).update(type=made.NAME)
