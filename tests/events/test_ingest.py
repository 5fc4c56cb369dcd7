"""Events are stored with the caller's transaction, once for each (source, id)."""

import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries

from events.envelope import CloudEvent, EnvelopeError
from events.ingest import Conflict, Ingested, TransactionRequired, ingest
from events.models import OutboxEntry, PendingEntry
from tests.events.samples import event

pytestmark = pytest.mark.django_db(transaction=True)


def store(*events: CloudEvent, tenant: str = "default") -> list[Ingested]:
    with transaction.atomic():
        return ingest(events, tenant=tenant)


def counts() -> tuple[int, int]:
    return OutboxEntry.objects.count(), PendingEntry.objects.count()


def read_back(entry: OutboxEntry) -> CloudEvent:
    return CloudEvent.stored(
        entry.event_id,
        entry.source,
        entry.type,
        entry.subject,
        entry.time,
        entry.datacontenttype,
        entry.dataschema,
        entry.extensions,
        entry.data,
        entry.data_base64,
    )


FULL: dict[str, Any] = {
    "subject": "a\u00a0b",
    "time": "2018-04-05T17:31:00.10Z",
    "datacontenttype": "application/json",
    "dataschema": "https://example.com/s",
    "extensions": {"partitionkey": "k", "n": -1, "on": False, "empty": ""},
}


@pytest.mark.parametrize(
    "made",
    [
        event(),
        event(**FULL, data='{"a": 1.50,\n\t"b":"\\u001f\\u0001"}'),
        event(datacontenttype="text/plain", data=""),
        event(datacontenttype="text/plain", data="a\x1fb\x01c"),
        event(datacontenttype="text/plain", data="\x01"),
        event(datacontenttype="text/plain", data='NULL,"\\{}'),
        event(datacontenttype="image/png", data=b""),
        event(datacontenttype="image/png", data=b"\0\xff"),
    ],
)
def test_it_stores_an_event_as_it_will_be_published(made: CloudEvent) -> None:
    (answer,) = store(made)

    entry = OutboxEntry.objects.get(uuid=answer.uuid)
    assert read_back(entry) == made
    assert entry.tenant == "default"
    assert not answer.duplicate


def test_it_marks_each_entry_as_pending_with_its_shard_and_key() -> None:
    keyed, plain = store(event("1", extensions={"partitionkey": "é"}), event("2"))

    pending = {mark.entry.uuid: mark for mark in PendingEntry.objects.select_related("entry")}
    assert (pending[keyed.uuid].shard, pending[keyed.uuid].partitionkey) == (zlib.crc32("é".encode()) % 64, "é")
    assert (pending[plain.uuid].shard, pending[plain.uuid].partitionkey) == (plain.uuid.int % 64, None)
    assert pending[keyed.uuid].entry.partitionkey == "é"


def test_it_numbers_the_events_of_a_call_in_their_order() -> None:
    ids = ["z", "a", "m", "é", "B", "0"]

    answers = store(*(event(id, source=f"/{9 - number}") for number, id in enumerate(ids)))

    assert list(OutboxEntry.objects.order_by("sequence").values_list("event_id", flat=True)) == ids
    assert list(OutboxEntry.objects.order_by("sequence").values_list("uuid", flat=True)) == [a.uuid for a in answers]


def test_it_takes_one_event_and_none() -> None:
    with transaction.atomic():
        assert len(ingest(event())) == 1
        assert ingest([]) == []
    assert counts() == (1, 1)


def test_h9_it_refuses_to_run_outside_a_transaction() -> None:
    with pytest.raises(TransactionRequired, match=r"transaction\.atomic\(\)"):
        ingest(event())

    assert counts() == (0, 0)


def test_h9_nothing_is_stored_or_hinted_when_the_caller_rolls_back(hints: Callable[[], int]) -> None:
    def change_something() -> None:
        with transaction.atomic():
            ingest(event())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_something()

    assert counts() == (0, 0)
    assert hints() == 0


def test_it_hints_after_the_commit(hints: Callable[[], int]) -> None:
    with transaction.atomic():
        ingest([event("1"), event("2")])
        assert hints() == 0

    assert hints() == 1


def test_it_does_not_hint_for_duplicates(hints: Callable[[], int]) -> None:
    store(event())

    store(event())

    assert hints() == 1


def test_a_failing_hint_does_not_reach_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr("events.wakeup.hint", fail)

    assert len(store(event())) == 1
    assert counts() == (1, 1)


def test_h10_the_database_says_when_an_event_was_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time_ns", lambda: 0)
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2000, 1, 1, tzinfo=UTC))

    store(event())

    entry = OutboxEntry.objects.annotate(database_now=Now()).get()
    assert abs(entry.accepted_at - entry.database_now) < timedelta(minutes=1)


def test_h22_the_same_event_again_is_a_duplicate_of_the_first() -> None:
    (first,) = store(event(**FULL, data="[1]"))

    (again,) = store(event(**FULL, data="[1]"))

    assert again == Ingested(first.uuid, duplicate=True)
    assert counts() == (1, 1)


def test_h22_the_same_event_twice_in_one_call_is_stored_once() -> None:
    answers = store(event("1"), event("2"), event("1"))

    assert [answer.duplicate for answer in answers] == [False, False, True]
    assert answers[2].uuid == answers[0].uuid
    assert counts() == (2, 2)


def test_h22_new_events_are_stored_beside_duplicates() -> None:
    (first,) = store(event("2"))

    answers = store(event("1"), event("2"), event("3"), event("3"))

    assert [answer.duplicate for answer in answers] == [False, True, False, True]
    assert answers[1].uuid == first.uuid
    assert counts() == (3, 3)


@pytest.mark.parametrize(
    "changed",
    [
        {"data": "[2]"},
        {"data": b"[1]"},
        {"data": None},
        {"type": "other"},
        {"subject": "s"},
        {"extensions": {"n": "1"}},
        {"extensions": {}},
        {"datacontenttype": "application/json"},
    ],
)
def test_h22_other_content_under_the_same_identity_is_a_conflict(changed: dict[str, Any]) -> None:
    store(event(extensions={"n": 1}, data="[1]"))

    with pytest.raises(Conflict) as refused:
        store(event("0"), event(**({"extensions": {"n": 1}, "data": "[1]"} | changed)))

    assert refused.value.indexes == (1,)
    assert counts() == (1, 1)


def test_h22_a_conflict_within_one_call_stores_nothing() -> None:
    with pytest.raises(Conflict) as refused:
        store(event("1"), event("2"), event("1", data="2"))

    assert refused.value.indexes == (2,)
    assert counts() == (0, 0)


def test_the_order_of_extensions_makes_no_other_event() -> None:
    store(event(extensions={"a": 1, "b": 2}))

    assert store(event(extensions={"b": 2, "a": 1}))[0].duplicate


def test_tenants_have_identities_of_their_own() -> None:
    store(event(data="1"), tenant="a")

    assert not store(event(data="2"), tenant="b")[0].duplicate
    assert counts() == (2, 2)


def test_a_caught_error_does_not_commit_half_a_call() -> None:
    store(event("2"))

    with transaction.atomic(), pytest.raises(Conflict):
        ingest([event("1"), event("2", data='"other"')])

    assert counts() == (1, 1)


def test_a_call_in_an_atomic_of_its_own_can_fail_alone() -> None:
    store(event("2"))

    with transaction.atomic():
        ingest(event("1"))
        with pytest.raises(Conflict), transaction.atomic():
            ingest([event("3"), event("2", data='"other"')])
        ingest(event("4"))

    assert set(OutboxEntry.objects.values_list("event_id", flat=True)) == {"1", "2", "4"}


def test_it_refuses_data_over_the_limit(settings: Any) -> None:
    settings.MAX_BODY_BYTES = 10

    with pytest.raises(EnvelopeError) as refused:
        store(event("1", data='"é"'), event("2", data='"ééééé"'))

    assert (refused.value.index, refused.value.code) == (1, "too-large")
    assert counts() == (0, 0)


def test_a_batch_is_one_statement(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the portable way takes a few")

    # What goes through Django's own cursors; the one statement does not.
    with django_assert_max_num_queries(2):
        store(*(event(str(number), data=json.dumps("x" * 1000)) for number in range(500)))

    assert counts() == (500, 500)
