"""Events are decided about where they are stored: in the caller's transaction, by what is in force at that moment."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from events.envelope import CloudEvent
from events.ingest import Conflict, Ingested, NotAdmittedError, ingest
from events.models import EventType, OutboxEntry, SchemaVersion
from events.schemas.admission.recorded import recorded
from events.schemas.registry.activate import activate, retire
from events.schemas.registry.types import save_type
from events.storing import row
from tests.events.conftest import Poster
from tests.schemas.registry.made import DEFAULTED, NAME, OTHER, SET_TOTAL, WIDER, active, draft, event_type, stored

pytestmark = pytest.mark.django_db(transaction=True)


def made(data: Any = None, id: str = "1", type: str = NAME, **attributes: Any) -> CloudEvent:
    return CloudEvent.of(type=type, source="/oms/main", id=id, data=data or {"order": "a"}, **attributes)


def store(*events: CloudEvent) -> list[Ingested]:
    with transaction.atomic():
        return ingest(events)


def only() -> OutboxEntry:
    return OutboxEntry.objects.get()


def changed(type: EventType, **values: Any) -> None:
    row = EventType.objects.get(pk=type.pk)
    for name, value in values.items():
        setattr(row, name, value)
    save_type(row, expected=row.revision, by=None)


def test_the_entry_says_which_version_decided(hints: Callable[[], int]) -> None:
    version = active(event_type())

    store(made())

    assert (only().schema_version, only().admission) == (version.pk, "{}")
    assert recorded(only()).version == "1.0.0"


def test_what_does_not_fit_is_refused_and_the_transaction_lives_on(hints: Callable[[], int]) -> None:
    active(event_type())

    with transaction.atomic():
        with pytest.raises(NotAdmittedError):
            ingest(made({"order": 1}))
        ingest(made(id="2"))

    assert only().event_id == "2"


def test_an_unknown_type_is_a_matter_of_the_environment(settings: Settings, hints: Callable[[], int]) -> None:
    settings.UNKNOWN_EVENT_TYPES = "refuse"
    event_type("com.example.other")

    with pytest.raises(NotAdmittedError):
        store(made())

    settings.UNKNOWN_EVENT_TYPES = "accept"
    event_type("com.example.another")
    store(made())
    assert recorded(only()).unknown == "type"


def test_an_activation_is_in_force_with_the_next_event(hints: Callable[[], int]) -> None:
    kind = event_type()
    active(kind)
    store(made(id="1"))

    active(kind, OTHER, "2.0.0")

    with pytest.raises(NotAdmittedError):
        store(made(id="2"))
    store(made({"order": 7}, id="3"))


def test_nobody_is_refused_by_what_holds_no_longer(hints: Callable[[], int]) -> None:
    kind = event_type(allowed=False, blocked_reason="not yet")
    with pytest.raises(NotAdmittedError):
        store(made())

    changed(kind, allowed=True, blocked_reason="")

    assert not store(made())[0].duplicate


def test_what_was_rolled_back_decides_about_nothing(hints: Callable[[], int]) -> None:
    kind = event_type()
    with transaction.atomic():
        active(kind)
        with pytest.raises(NotAdmittedError):
            ingest(made({"order": 1}))
        transaction.set_rollback(True)

    store(made({"order": 1}))

    assert recorded(only()).unknown == "schema"


def test_a_schema_that_was_rolled_back_is_not_asked_for(hints: Callable[[], int]) -> None:
    kind = event_type()
    active(kind)
    event_type("com.example.other")
    with transaction.atomic():
        active(kind, {**WIDER, "title": "nobody has compiled this one"}, "1.1.0")
        ingest(made(type="com.example.other"))
        transaction.set_rollback(True)

    store(made(id="2"))

    assert recorded(only()).version == "1.0.0"


def test_a_repeat_is_a_duplicate_even_where_it_would_be_refused_today(hints: Callable[[], int]) -> None:
    kind = event_type()
    active(kind)
    (first,) = store(made())
    changed(kind, allowed=False, blocked_reason="over")

    (again,) = store(made())

    assert again == Ingested(first.uuid, duplicate=True)
    with pytest.raises(NotAdmittedError):
        store(made({"order": "b"}))
    with pytest.raises(NotAdmittedError):
        store(made(), made(id="2"))


def test_a_repeat_among_refused_ones_leaves_room_for_new_ones(hints: Callable[[], int]) -> None:
    kind = event_type()
    active(kind)
    (first,) = store(made())
    active(kind, OTHER, "2.0.0")

    answers = store(made({"order": 1}, id="2"), made(), made({"order": 2}, id="3"))

    assert [answer.duplicate for answer in answers] == [False, True, False]
    assert answers[1].uuid == first.uuid
    assert list(OutboxEntry.objects.order_by("sequence").values_list("event_id", flat=True)) == ["1", "2", "3"]


def test_a_migrated_event_is_recognised_again(hints: Callable[[], int]) -> None:
    kind = event_type(migrate=EventType.Migrate.OLDER)
    active(kind)
    active(kind, DEFAULTED, "2.0.0", migration_up=SET_TOTAL)

    (first,) = store(made(schemaversion="1.0.0"))
    (again,) = store(made(schemaversion="1.0.0"))

    assert again.duplicate
    assert again.uuid == first.uuid
    assert json.loads(only().data or "") == {"order": "a", "total": 0}
    assert recorded(only()).migrated_from == "1.0.0"


def test_a_kept_rulebook_costs_no_query(
    hints: Callable[[], int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    active(event_type())
    store(made())
    queries = 0 if connection.vendor == "postgresql" else 4

    with transaction.atomic(), django_assert_num_queries(queries):
        # The storing statement itself runs on a raw cursor, which Django does not count.
        ingest(made(id="2"))


def test_a_change_that_is_committed_between_decision_and_storing_decides_anew(
    hints: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = event_type()
    version = draft(kind)
    store(made(id="0"))
    decided = row.rows

    def change_meanwhile(*args: Any) -> Any:
        monkeypatch.setattr("events.ingest.rows", decided)
        thread = threading.Thread(target=_activate, args=[version.pk])
        thread.start()
        thread.join()
        return decided(*args)

    monkeypatch.setattr("events.ingest.rows", change_meanwhile)
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets nobody else write meanwhile")

    with pytest.raises(NotAdmittedError):
        store(made({"order": 1}))


def _activate(key: int) -> None:
    version = SchemaVersion.objects.get(pk=key)
    activate(version, note="meanwhile", expected=version.revision, by=None)
    connection.close()


def test_over_http_every_fault_has_its_place_and_nothing_quotes_a_value(poster: Poster) -> None:
    active(event_type())

    answer = poster.structured(_document({"order": 1, "marker-in-a-name": "marker-in-a-value"}))

    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "schema-invalid")
    assert {"index": 0, "pointer": "/data/order", "code": "type"}.items() <= body["errors"][1].items()
    assert {fault["code"] for fault in body["errors"]} == {"schema-invalid", "type", "additionalProperties"}
    assert "marker" not in answer.content.decode()


def test_over_http_a_batch_is_refused_whole_and_each_bad_event_named(poster: Poster) -> None:
    active(event_type())

    answer = poster.batch([_document(id="1"), _document({"order": 1}, id="2"), _document({}, id="3")])

    assert (answer.status_code, answer.json()["code"]) == (422, "events-refused")
    assert {fault["index"] for fault in answer.json()["errors"]} == {1, 2}
    assert not OutboxEntry.objects.exists()


def test_over_http_a_deprecated_version_is_taken_and_the_producer_told(poster: Poster) -> None:
    kind = event_type()
    active(kind)
    active(kind, WIDER, "1.1.0")
    old = stored(SchemaVersion.objects.get(version="1.0.0"))

    answer = poster.structured(_document(schemaversion="1.0.0"))

    assert old.deprecated_at is not None
    assert answer["Deprecation"] == f"@{int(old.deprecated_at.timestamp())}"
    (event,) = answer.json()["events"]
    assert event["schema"] == {"version": "1.0.0", "status": "deprecated", "valid": True}


def test_over_http_a_retired_version_is_refused(poster: Poster) -> None:
    kind = event_type()
    first = active(kind)
    active(kind, WIDER, "1.1.0")
    retire(stored(first), expected=stored(first).revision, by=None)

    assert poster.structured(_document(schemaversion="1.0.0")).json()["code"] == "schema-retired"


def _document(data: Any = None, id: str = "1", **members: Any) -> dict[str, Any]:
    data = {"order": "a"} if data is None else data
    return {"specversion": "1.0", "id": id, "source": "/oms/main", "type": NAME, "data": data, **members}


def test_a_conflict_beside_a_refused_repeat_is_counted_by_the_whole_call(hints: Callable[[], int]) -> None:
    kind = event_type()
    active(kind)
    store(made())
    active(kind, OTHER, "2.0.0")
    store(made({"order": 1}, id="2"))

    with pytest.raises(Conflict) as raised:
        store(made(), made({"order": 3}, id="3"), made({"order": 9}, id="2"))

    assert raised.value.indexes == (2,)


def test_over_http_each_of_many_refused_events_is_named_and_the_answer_bounded(poster: Poster) -> None:
    """H21."""
    members = {f"m{number}": {"type": "integer"} for number in range(100)}
    active(event_type(), {"type": "object", "properties": members})

    answer = poster.batch([_document(dict.fromkeys(members, "x"), id=str(number)) for number in range(300)])

    errors = answer.json()["errors"]
    assert {fault["index"] for fault in errors} == set(range(300))
    assert len(errors) <= 1000
    assert errors[1]["pointer"] == "/data/m0"
