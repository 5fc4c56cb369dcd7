"""Searches on real rows, on PostgreSQL and on SQLite."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from events.models import OutboxEntry, PendingEntry
from routing.models import Delivery, Destination, Unrouted
from routing.publish_table import publish
from routing.search import steps
from routing.search.find import find_deliveries, find_events, loaded, matching_deliveries
from routing.search.qualifiers import EventQuery, QueryError, parse_query
from tests.routing import made

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

ESCAPES = ["a%b", "a_b", "a[b", "a?b", "a!b", "a\\b", "axb", "A%B", "a]b", "a[^x]b"]


def found(text: str, **options: Any) -> list[OutboxEntry]:
    return find_events(parse_query(text), **{"tenant": None, **options}).entries


def found_deliveries(text: str, **options: Any) -> list[Delivery]:
    return find_deliveries(parse_query(text), **{"tenant": None, **options}).deliveries


def aged(entry: OutboxEntry, **age: float) -> OutboxEntry:
    OutboxEntry.objects.filter(pk=entry.pk).update(accepted_at=Now() - timedelta(**age))
    return entry


@pytest.fixture
def nats() -> Destination:
    return made.destination("nats")


@pytest.fixture
def eventbridge() -> Destination:
    return made.destination("eventbridge")


def test_nothing_is_found_in_nothing() -> None:
    assert found("") == []
    assert found_deliveries("") == []


def test_no_word_finds_the_newest_first() -> None:
    first, second = made.entry(), made.entry()

    answer = find_events(EventQuery(), tenant=None)

    assert answer.entries == [second, first]
    assert (answer.before, answer.searched_back_to) == (None, None)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("com.example.order.made", True),
        ("com.example.*", True),
        ("*.made", True),
        ("com.*.made", True),
        ("*example*", True),
        ("*", True),
        ("com.example.order", False),
        ("com.example.order.*.made", False),
        ("COM.example.*", False),
        ("*.made*x", False),
    ],
)
def test_a_star_is_any_run_of_characters(pattern: str, matches: bool) -> None:
    entry = made.entry(type="com.example.order.made")

    assert found(f"type:{pattern}") == ([entry] if matches else [])


@pytest.mark.parametrize("text", ESCAPES)
def test_no_other_character_is_special(text: str) -> None:
    entries = {one: made.entry(subject=f"{one}-1") for one in ESCAPES}

    assert found(EventQuery(subject=f"{text}*").to_text()) == [entries[text]]
    assert found(EventQuery(subject=f"*{text}-1").to_text()) == [entries[text]]


@pytest.mark.parametrize("text", ["source:/oms/main", "source:/oms/*", "subject:*order*", "key:k-1", "tenant:acme"])
def test_attributes_are_searched(text: str) -> None:
    made.entry(source="/other")
    wanted = made.entry(
        source="/oms/main", subject="the order", extensions={"partitionkey": "k-1"}, tenant="acme", data="1"
    )

    assert found(text) == [wanted]


def test_an_id_is_the_uuid_of_the_entry_or_the_one_the_producer_gave() -> None:
    entry = made.entry()
    pasted = made.entry(id=str(entry.uuid))
    elsewhere = made.entry(id="same", source="/a"), made.entry(id="same", source="/b")

    assert found(str(entry.uuid)) == [pasted, entry]
    assert found("same") == list(reversed(elsewhere))
    assert found("id:same source:/a") == [elsewhere[0]]
    assert found("none") == []


def test_states_are_those_of_the_event_or_of_a_delivery(nats: Destination, eventbridge: Destination) -> None:
    fresh, unwanted, arrived, mixed = made.entry(), made.entry(), made.entry(), made.entry()
    PendingEntry.objects.create(entry=fresh, shard=0)
    Unrouted.objects.create(entry=unwanted, table_version=3)
    made.delivery(nats, of=arrived)
    made.dead(nats, mixed)
    made.delivery(eventbridge, "pending", of=mixed)
    given_up = made.delivery(nats, "discarded").entry

    assert found("state:pending") == [mixed, fresh]
    assert found("state:unrouted") == [unwanted]
    assert found("state:dead") == [mixed]
    assert found("state:delivered") == [arrived]
    assert found("state:discarded") == [given_up]


def test_what_is_asked_of_a_delivery_must_hold_of_one_and_the_same(nats: Destination, eventbridge: Destination) -> None:
    entry = made.entry()
    made.dead(nats, entry, error_class="too_large", rule_id=7, table_version=2)
    made.delivery(eventbridge, "pending", of=entry, rule_id=8, table_version=3)

    for text in (
        "dest:nats state:dead",
        "dest:nats error:too_large table:2",
        "rule:7",
        "table:3",
        "rule:8 state:pending",
    ):
        assert found(text) == [entry], text
    for text in ("dest:nats state:pending", "dest:eventbridge error:too_large", "rule:7 table:3", "rule:8 state:dead"):
        assert found(text) == [], text


def test_a_table_finds_also_what_it_left_unrouted(nats: Destination) -> None:
    unwanted = made.unrouted().entry
    delivered = made.delivery(nats, table_version=1).entry

    assert found("table:1") == [delivered, unwanted]
    assert found("table:1 state:unrouted") == [unwanted]
    assert found("table:2 state:unrouted") == []
    assert found("dest:nats state:unrouted") == []


def test_a_rule_is_found_by_the_name_it_has_or_had_when_it_was_published(nats: Destination) -> None:
    rule = made.rule("catch-all", nats)
    publish(note="first", by=None)
    wanted = made.delivery(nats, rule_id=rule.pk).entry
    type(rule).objects.update(name="everything")

    assert found("rule:everything") == found("rule:catch-all") == found(f"rule:{rule.pk}") == [wanted]


@pytest.mark.parametrize(("text", "reason"), [("dest:nowhere", "there are nats"), ("rule:none", "no rule has")])
def test_a_name_that_nothing_has_is_an_error(nats: Destination, text: str, reason: str) -> None:
    for search in (found, found_deliveries):
        with pytest.raises(QueryError, match=reason) as caught:
            search(text)
        assert caught.value.word == text


def test_times_bound_a_search() -> None:
    old = [aged(made.entry(), hours=30 - n) for n in range(20)]
    recent, newest = aged(made.entry(), minutes=30), made.entry()

    assert found("since:1h") == [newest, recent]
    assert found("until:1h", limit=20) == old[::-1]
    assert found("since:20h until:1h") == old[:10:-1]
    assert found("since:5s until:1s") == []


def test_it_does_not_miss_what_was_stored_a_little_out_of_order() -> None:
    aged(made.entry(), minutes=61)
    early = aged(made.entry(), minutes=59, seconds=50)
    aged(made.entry(), minutes=60, seconds=20)
    late = aged(made.entry(), minutes=59)

    assert found("since:1h") == [late, early]


def test_pages_follow_each_other_and_end() -> None:
    entries = [made.entry(type="a" if n % 2 else "b") for n in range(11)]
    wanted = [entry for entry in reversed(entries) if entry.type == "a"]
    seen: list[OutboxEntry] = []
    before = None

    while True:
        page = find_events(parse_query("type:a"), tenant=None, before=before, limit=2)
        seen += page.entries
        before = page.before
        if before is None:
            break
        assert page.searched_back_to == page.entries[-1].accepted_at

    assert seen == wanted


@pytest.mark.parametrize("text", ["", "dest:nats", "state:dead", "type:com.example.*"])
def test_pages_of_deliveries_neither_lose_nor_repeat_one(text: str) -> None:
    destinations = [made.destination(name) for name in ("nats", "eventbridge", "webhook")]
    for _ in range(4):
        entry = made.entry()
        for destination in destinations:
            made.dead(destination, entry)
    seen: list[Delivery] = []
    before = None

    while True:
        page = find_deliveries(parse_query(text), tenant=None, before=before, limit=2)
        assert len(page.deliveries) <= 2
        seen += page.deliveries
        before = page.before
        if before is None:
            break

    assert sorted(one.pk for one in seen) == sorted(
        matching_deliveries(parse_query(text), tenant=None, states=()).values_list("pk", flat=True)
    )
    assert [one.entry_id for one in seen] == sorted((one.entry_id for one in seen), reverse=True)


def test_a_page_looks_through_a_bounded_part_and_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """H12: a search for what is not there ends, and can be taken up where it ended."""
    monkeypatch.setattr(steps, "ENTRIES", (2, 3))
    entries = [made.entry(type="rare" if n == 0 else "common") for n in range(8)]

    first = find_events(parse_query("type:rare"), tenant=None)
    second = find_events(parse_query("type:rare"), tenant=None, before=first.before)

    assert (first.entries, first.before) == ([], entries[3].pk)
    assert first.searched_back_to == entries[3].accepted_at
    assert (second.entries, second.before) == ([entries[0]], None)


@pytest.mark.parametrize("state", ["dead", "pending", "unrouted"])
def test_what_is_rare_is_found_however_far_back_it_is(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ENTRIES", (1, 1))
    wanted = made.entry()
    if state == "unrouted":
        Unrouted.objects.create(entry=wanted, table_version=1)
    else:
        made.delivery(made.destination("nats"), state, of=wanted, shard=63)
    for _ in range(5):
        made.entry()

    assert found(f"state:{state}") == [wanted]


def test_a_backlog_of_the_relay_does_not_hide_pending_deliveries(
    nats: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "CANDIDATES", (1, 1))
    waits = made.delivery(nats, "pending")
    for _ in range(4):
        PendingEntry.objects.create(entry=made.entry(), shard=0)

    assert found_deliveries("state:pending") == [waits]


def test_candidates_that_do_not_fit_are_bounded_too(nats: Destination, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "CANDIDATES", (2, 2))
    letters = [made.dead(nats, made.entry(type="rare" if n == 0 else "common")) for n in range(6)]

    first = find_events(parse_query("state:dead type:rare"), tenant=None)
    second = find_deliveries(parse_query("state:dead type:rare"), tenant=None)

    assert (first.entries, second.deliveries) == ([], [])
    assert first.before == letters[2].entry_id
    assert found("state:dead type:rare", before=first.before) == [letters[0].entry]
    assert found_deliveries("state:dead type:rare", before=second.before) == [letters[0]]


@pytest.mark.parametrize(
    "text", ["", "state:dead", "state:pending", "state:unrouted", "dest:nats", "same", "tenant:acme"]
)
def test_a_tenant_finds_its_own_and_no_other(text: str, nats: Destination) -> None:
    """H40."""
    theirs = made.entry(id="same", tenant="acme")
    made.dead(nats, theirs)
    PendingEntry.objects.create(entry=theirs, shard=0)
    Unrouted.objects.create(entry=theirs, table_version=1)

    for tenant in ("other", "default"):
        assert found(text, tenant=tenant) == []
        assert found_deliveries(text, tenant=tenant) == []
        assert not matching_deliveries(parse_query(text), tenant=tenant, states=()).exists()
    assert found(text, tenant="acme") == [theirs]


def test_asking_for_another_tenant_finds_nothing() -> None:
    """H40."""
    made.entry(tenant="acme")

    assert found("tenant:acme", tenant="other") == []


def test_deliveries_are_found_by_what_holds_of_them_and_of_their_event(nats: Destination) -> None:
    letter = made.dead(nats, made.entry(type="a", id="e-1", tenant="acme"), error_class="too_large")
    made.delivery(nats, of=made.entry(type="b"))

    for text in ("type:a", "state:dead", "error:too_large", "e-1", "tenant:acme", "dest:nats state:dead type:*"):
        assert found_deliveries(text) == [letter], text
    assert found_deliveries("", states={"dead", "discarded"}) == [letter]
    assert found_deliveries("state:delivered", states={"dead"}) == []
    assert found_deliveries("state:unrouted") == []


def test_matching_deliveries_are_those_that_a_search_would_find(nats: Destination) -> None:
    letter = made.dead(nats, made.entry(type="a", id="e-1"))
    older = made.dead(nats, aged(made.entry(type="a"), hours=2))
    made.dead(nats, made.entry(type="b"))

    def matching(text: str) -> set[int]:
        rows = matching_deliveries(parse_query(text), tenant=None, states={"dead"})
        return set(rows.values_list("pk", flat=True))

    assert matching("type:a") == {letter.pk, older.pk}
    assert matching("type:a since:1h") == {letter.pk}
    assert matching(str(letter.entry.uuid)) == matching("e-1") == {letter.pk}
    assert matching("state:pending") == set()


def test_a_page_takes_as_many_queries_for_many_rows_as_for_few_and_never_reads_data(nats: Destination) -> None:
    """H12."""
    for n in range(20):
        made.dead(nats, made.entry(data=f'{{"n": {n}}}'))

    for search, limit in ((find_events, 2), (find_events, 20), (find_deliveries, 2), (find_deliveries, 20)):
        with CaptureQueriesContext(connection) as queries:
            answer: Any = search(parse_query("state:dead"), tenant=None, limit=limit)
            rows = getattr(answer, "entries", None) or answer.deliveries
            shown = [(str(row), row.state if isinstance(row, Delivery) else list(row.deliveries.all())) for row in rows]

        assert len(shown) == limit
        assert len(queries) <= 12
        assert not [query["sql"] for query in queries if "COUNT(" in query["sql"] or '"data",' in query["sql"]]


def test_loaded_entries_have_what_lists_show(nats: Destination, django_assert_num_queries: Any) -> None:
    entry = made.delivery(nats).entry
    PendingEntry.objects.create(entry=entry, shard=1)

    [row] = loaded([entry.pk])

    with django_assert_num_queries(0):
        assert [one.destination.name for one in row.deliveries.all()] == ["nats"]
        assert row.pending.shard == 1
        assert not hasattr(row, "unrouted")
