"""What other policies would have done to the events there are: places and counts, never values."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from events.envelope import CloudEvent
from events.ingest import ingest_one
from events.models import OutboxEntry
from events.pii import back_test as tested
from events.pii.back_test import BackTest, Change, back_test
from events.pii.detection import work
from events.pii.keys.rows import ensure_keys
from events.pii.policies.decide import PolicySet
from events.pii.publishing.publish import draft_snapshot, publish
from tests.pii.publishing import made

pytestmark = pytest.mark.django_db
MAIL = "marker.person@marker-domain.org"
TYPE = "com.shop.made"


@pytest.fixture(autouse=True)
def production(kek: Settings, hints: Callable[[], int]) -> None:
    kek.ENVIRONMENT = "production"
    ensure_keys("default")


def stored(data: Any, type: str = TYPE) -> str:
    return str(ingest_one(CloudEvent.of(type=type, source="/shop", data=data)).uuid)


def drafted(environment: str = "production", **values: Any) -> BackTest:
    made.policy("draft", **values)
    return back_test(PolicySet.compile(draft_snapshot()), environment)


def test_it_tells_what_would_be_done_instead_and_about_which_events() -> None:
    ids = {stored({"email": MAIL}), stored({"email": MAIL})}
    stored({"price": 1})

    found = drafted(kinds={"email": "REDACT"})

    [(change, entries)] = found.changes
    assert change == Change(TYPE, "/data/email", "email", "ENCRYPT", "REDACT")
    assert {str(one) for one in entries} == ids
    assert (found.looked_at, found.differing, found.with_findings, found.blocked) == (3, 2, 2, 0)


def test_it_counts_what_would_be_refused() -> None:
    stored({"email": MAIL})

    assert drafted(kinds={"email": "BLOCK"}).blocked == 1


def test_the_same_policies_change_nothing() -> None:
    stored({"email": MAIL, "people": [{"email": MAIL}]})

    found = drafted(default="ENCRYPT")

    assert (found.changes, found.with_findings) == ([], 1)


def test_pseudonyms_that_look_like_addresses_are_not_found_again() -> None:
    made.policy("now", default="ANONYMIZE")
    publish(note="for a test", by=None)
    stored({"email": MAIL})

    assert back_test(PolicySet.compile(draft_snapshot()), "production").changes == []


def test_what_was_ignored_then_is_found_in_clear() -> None:
    policy = made.policy("now", paths=[{"path": "/data/email", "action": "ignore"}])
    publish(note="for a test", by=None)
    stored({"email": MAIL})
    policy.delete()

    [(change, _)] = drafted(default="REDACT").changes

    assert (change.was, change.becomes) == ("", "REDACT")


def test_names_of_attributes_that_are_personal_are_found_too() -> None:
    ingest_one(CloudEvent.of(type=TYPE, source="/shop", data={}))
    OutboxEntry.objects.update(extensions='{"4242424242424242": "yes"}')

    found = drafted(default="BLOCK")

    assert {(change.path, change.becomes) for change, _ in found.changes} == {("/*", "BLOCK")}
    assert found.blocked == 1


def test_what_a_producer_says_of_an_event_holds() -> None:
    ingest_one(CloudEvent.of(type=TYPE, source="/shop", data={"email": MAIL}, dataclassification="restricted"))

    assert drafted(default="LOG").changes == []


def test_what_would_be_refused_for_what_it_says_of_its_data_is_counted() -> None:
    stored({"email": MAIL})
    OutboxEntry.objects.update(extensions='{"dataclassification": "cosmic"}')

    found = drafted(default="ENCRYPT")

    assert (found.blocked, found.differing, found.changes) == (1, 1, [])


def test_a_kind_that_another_release_found_is_left_alone() -> None:
    stored({"price": 1})
    acts = [{"path": "/data/price", "kind": "shoe_size", "action": "REDACT", "count": 1}]
    OutboxEntry.objects.update(pii=json.dumps({"policy": 1, "acts": acts}))

    [(change, _)] = drafted(default="BLOCK").changes

    assert (change.kind, change.was, change.becomes) == ("shoe_size", "REDACT", "")


def test_a_place_that_would_be_ignored_is_told_as_nothing() -> None:
    stored({"email": MAIL})

    [(change, _)] = drafted(paths=[{"path": "/data/email", "action": "ignore"}]).changes

    assert (change.was, change.becomes) == ("ENCRYPT", "")


def test_items_of_a_list_are_one_place() -> None:
    stored({"people": [{"email": MAIL}, {"email": MAIL}]})

    [(change, entries)] = drafted(kinds={"email": "LOG"}).changes

    assert (change.path, len(entries)) == ("/data/people/*/email", 1)


def test_it_looks_at_the_newest_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        stored({"email": MAIL})
    draft = PolicySet.compile(draft_snapshot())

    assert back_test(draft, "production", last=3).looked_at == 3
    monkeypatch.setattr(tested, "MAX_CHARACTERS", 300)
    assert back_test(draft, "production").looked_at == 2


def test_events_that_would_be_too_much_today_hide_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    stored({"n": list(range(1_000_000, 1_000_020)), "at": [f"1.1.1.{number}" for number in range(20)]})
    stored({"email": MAIL})
    monkeypatch.setattr(work, "MOST", 30)

    found = drafted(kinds={"email": "REDACT"})

    assert [change.path for change, _ in found.changes] == ["/data/email"]


def test_h30_no_value_is_in_what_it_tells() -> None:
    stored({"email": MAIL, MAIL: 1, "note": f"to {MAIL}"})

    assert "marker" not in repr(drafted(kinds={"email": "LOG"}, paths=[{"path": "/data/note", "action": "ignore"}]))
