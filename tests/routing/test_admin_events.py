from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape, strip_tags

from routing.models import Attempt, RoutingRule, RoutingTable, Unrouted
from routing.publish_table import publish
from routing.search import steps
from tests.routing import made

pytestmark = pytest.mark.django_db

VIEW = ("events.view_outboxentry", "routing.view_delivery", "routing.view_unrouted")
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def client() -> Client:
    return made.logged_in(*VIEW)


def test_an_entry_shows_its_deliveries_and_their_tries(client: Client) -> None:
    entry = made.entry()
    made.dead(made.destination("eventbridge"), entry)
    made.delivery(made.destination("nats"), of=entry, receipt="events:17")

    page = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").content.decode()

    text = " ".join(strip_tags(page).split())
    assert "receipt events:17" in text
    assert "Attempt 1" in text
    assert "permanent too_large : larger than allowed" in text.replace("too_large:", "too_large :")


def test_markup_in_events_and_errors_is_escaped(client: Client) -> None:
    """H43."""
    nats = made.destination()
    entry = made.entry(data=f'"{MARKUP}"', subject=MARKUP, type="com.example.<b>")
    letter = made.dead(nats, entry, error=MARKUP, receipt=MARKUP)
    letter.tries.update(error=MARKUP)
    Unrouted.objects.create(entry=made.entry(type="com.example.<b>"), table_version=1)

    for path in (
        "/admin/events/outboxentry/",
        f"/admin/events/outboxentry/{entry.pk}/change/",
        "/admin/routing/delivery/",
        f"/admin/routing/delivery/{letter.pk}/change/",
        "/admin/routing/unrouted/",
    ):
        page = client.get(path).content.decode()
        assert "alert(1)" not in page or "&lt;script&gt;alert(1)" in page
        assert MARKUP not in page
        assert "com.example.<b>" not in page


def test_the_data_of_an_entry_is_cut_to_what_a_page_can_show(client: Client) -> None:
    entry = made.entry(data='"' + "x" * 30_000 + '"')

    page = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").content.decode()

    assert "The first 20000 of 30002 characters." in page
    assert "x" * 20_001 not in page


def test_the_data_is_downloaded_whole_and_never_as_a_page(client: Client) -> None:
    """H43."""
    entry = made.entry(data=f"{MARKUP}{'x' * 30_000}", datacontenttype="text/html")

    response = client.get(f"/admin/events/outboxentry/{entry.pk}/data/")

    assert response.content.decode() == entry.data
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_id_that_is_pasted_opens_its_event(client: Client) -> None:
    entry, _other = made.entry(id="order-1"), made.entry()
    page = f"/admin/events/outboxentry/{entry.pk}/change/"

    assert client.get("/admin/events/outboxentry/", {"q": f" {entry.uuid} "}).headers["Location"] == page
    assert client.get("/admin/events/outboxentry/", {"q": "order-1"}).headers["Location"] == page


def test_an_id_of_several_events_lists_them(client: Client) -> None:
    first, second = made.entry(id="same", source="/a"), made.entry(id="same", source="/b")

    page = client.get("/admin/events/outboxentry/", {"q": "same"}).content.decode()

    assert page.count('/change/">com.example.thing.made') == 2
    assert str(first.pk) in page
    assert str(second.pk) in page


def test_events_are_searched_by_qualifiers(client: Client) -> None:
    letter = made.dead(made.destination("nats"), made.entry(type="com.example.dead"))
    made.entry(type="com.example.other")

    page = client.get("/admin/events/outboxentry/", {"q": "state:dead dest:nats since:1h"}).content.decode()

    assert f"/admin/events/outboxentry/{letter.entry_id}/change/" in page
    assert "com.example.other" not in page
    assert "everything was searched" not in page


@pytest.mark.parametrize("path", ["events/outboxentry", "routing/delivery"])
@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"q": "type:a colour:red"}, "colour:red (character 8)"),
        ({"q": "dest:nowhere"}, "no destination has this name"),
        ({"q": "since:yesterday"}, "how long ago (90s, 15m, 1h, 7d)"),
        ({"q": f'"{MARKUP}'}, "a quote opens a value"),
        ({"before": "-5"}, "begin at its first page"),
        ({"before": "9" * 30}, "begin at its first page"),
        ({"trail": "x"}, "begin at its first page"),
    ],
)
def test_a_search_that_cannot_be_understood_says_why(
    client: Client, path: str, query: dict[str, str], says: str
) -> None:
    """H25, H43."""
    response = client.get(f"/admin/{path}/", query)

    page = response.content.decode()
    assert response.status_code == 400
    assert says in page
    assert MARKUP not in page
    if "q" in query:
        assert f'value="{escape(query["q"])}"' in page


def test_a_search_without_a_hit_says_what_was_searched_and_how_to_widen_it(client: Client) -> None:
    made.dead(made.destination("nats"))

    page = client.get("/admin/events/outboxentry/", {"q": "state:dead type:none.*"}).content.decode()

    assert "everything was searched" in page
    assert '<a href="?q=state%3Adead">no type:none.*</a>' in page


def test_a_search_that_has_not_reached_the_end_can_be_continued(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "ENTRIES", (2,))
    rare = made.entry(type="rare")
    for _ in range(3):
        made.entry()

    first = client.get("/admin/events/outboxentry/", {"q": "type:rare"})

    assert b"Older events were not looked at yet" in first.content
    following = first.context["page"].older
    assert f"/{rare.pk}/change/" in client.get(f"/admin/events/outboxentry/{following}").content.decode()


def test_without_events_the_list_says_what_to_do(client: Client) -> None:
    assert b"Post one to /api/v1/events" in client.get("/admin/events/outboxentry/").content
    assert b"post an event that a published rule matches" in client.get("/admin/routing/delivery/").content


@pytest.mark.parametrize("path", ["events/outboxentry", "routing/delivery"])
def test_pages_lead_down_and_up_again(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.search.page.PAGE", 2)
    nats = made.destination()
    for _ in range(5):
        made.delivery(nats)
    pages = [client.get(f"/admin/{path}/").context["page"]]

    while pages[-1].older:
        pages.append(client.get(f"/admin/{path}/{pages[-1].older}").context["page"])

    assert [len(page.rows) for page in pages] == [2, 2, 1]
    assert len({row.pk for page in pages for row in page.rows}) == 5
    back = client.get(f"/admin/{path}/{pages[2].newer}").context["page"]
    assert [row.pk for row in back.rows] == [row.pk for row in pages[1].rows]
    first = client.get(f"/admin/{path}/{back.newer}").context["page"]
    assert [row.pk for row in first.rows] == [row.pk for row in pages[0].rows]
    assert first.newer == ""


def test_chips_put_a_word_into_the_search_and_take_it_out_again(client: Client) -> None:
    made.destination("nats")

    chips = client.get("/admin/events/outboxentry/", {"q": "type:a.* state:dead"}).context["page"].chips

    by_title = {chip.title: chip for chip in chips}
    assert (by_title["Dead"].active, by_title["Dead"].address) == (True, "?q=type%3Aa.%2A")
    assert by_title["Pending"].address == "?q=type%3Aa.%2A+state%3Apending"
    assert by_title["To nats"].address == "?q=type%3Aa.%2A+dest%3Anats+state%3Adead"


@pytest.mark.parametrize("path", ["events/outboxentry", "routing/delivery", "routing/unrouted", "dlq/deadletter"])
def test_lists_of_large_tables_are_never_counted(path: str) -> None:
    """H12."""
    made.dead(made.destination(), made.unrouted().entry)
    client = made.logged_in(*VIEW, "dlq.view_deadletter", name="viewer")

    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/admin/{path}/")

    assert response.status_code == 200
    assert not [query["sql"] for query in queries if "COUNT(" in query["sql"].upper()]
    assert not [query["sql"] for query in queries if '"events_outboxentry"."data",' in query["sql"]]


@pytest.mark.parametrize("path", ["events/outboxentry", "routing/delivery", "routing/unrouted"])
def test_machine_written_rows_can_only_be_seen(path: str) -> None:
    row = made.unrouted()
    made.delivery(made.destination(), of=row.entry, pk=row.pk)
    app, model = path.split("/")
    client = made.logged_in(*(f"{app}.{verb}_{model}" for verb in ("view", "add", "change", "delete")), name="all")

    assert client.get(f"/admin/{path}/{row.pk}/change/").status_code == 200
    assert client.post(f"/admin/{path}/{row.pk}/change/", {}).status_code == 403
    assert client.get(f"/admin/{path}/add/").status_code == 403
    assert client.post(f"/admin/{path}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("state", ["pending", "dead", "delivered"])
def test_deliveries_are_listed_by_state_and_destination(client: Client, state: str) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    wanted = made.delivery(nats, state)
    made.delivery(nats, "discarded")
    made.delivery(eventbridge, state)

    page = client.get("/admin/routing/delivery/", {"q": f"state:{state} dest:nats"}).context["page"]

    assert list(page.rows) == [wanted]


def test_an_entry_shows_its_data_indented_and_the_rule_by_its_name(client: Client) -> None:
    nats = made.destination()
    rule = made.rule("Schema changes", nats)
    table = publish(note="a test", by=None)
    entry = made.entry(data='{"a":{"b":1.50}}')
    made.delivery(nats, of=entry, rule_id=rule.pk, table_version=table.version)
    RoutingRule.objects.update(name="renamed since")

    page = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").content.decode()

    assert "&quot;a&quot;: {\n    &quot;b&quot;: 1.50\n" in page
    assert "by rule Schema changes" in page
    assert "renamed since" not in page


def test_each_rule_that_did_not_match_says_which_condition_failed_first(client: Client) -> None:
    nats = made.destination()
    made.rule("Actions", nats, type_pattern="*.action.*", priority=2)
    made.rule("Of main", nats, filters=[{"exact": {"branch": "main"}}], priority=1)
    table = publish(note="a test", by=None)
    entry = made.entry(extensions={"branch": "feature"})
    Unrouted.objects.create(entry=entry, table_version=table.version)

    way = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").context["way"]

    [decision] = way.decisions
    assert [(rule.name, rule.failed) for rule in decision.others] == [
        ("Actions", "type pattern '*.action.*'"),
        ("Of main", "exact branch 'main'"),
    ]
    assert decision.matched == []


def test_a_rule_that_was_not_tried_says_which_one_stopped_the_search(client: Client) -> None:
    nats = made.destination()
    first = made.rule("Things", nats, priority=2)
    made.rule("Everything", nats, priority=1)
    table = publish(note="a test", by=None)
    delivery = made.delivery(nats, rule_id=first.pk, table_version=table.version)

    [decision] = client.get(f"/admin/events/outboxentry/{delivery.entry_id}/change/").context["way"].decisions

    assert [rule.name for rule in decision.matched] == ["Things"]
    assert [rule.failed for rule in decision.others] == ["not tried: Things stopped the search"]


def test_a_table_that_cannot_be_read_or_is_gone_says_so(client: Client) -> None:
    RoutingTable.objects.create(version=7, snapshot={"format": 99, "rules": []})
    entry = made.entry()
    made.delivery(made.destination("nats"), of=entry, table_version=7)
    made.delivery(made.destination("eventbridge"), of=entry, table_version=8)

    page = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").content.decode()

    assert "This release cannot read the table" in page
    assert "This table is not kept any more." in page
    assert "rule 1" in page


def test_tries_after_a_redrive_and_at_another_destination_say_so(client: Client) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    letter = made.dead(eventbridge)
    letter.tries.update(destination=nats)
    Attempt.objects.create(
        delivery=letter, destination=eventbridge, number=1, duration_seconds=2.5, outcome="retryable",
        error_class="throttled", error="slower",
    )  # fmt: skip

    [leg] = client.get(f"/admin/events/outboxentry/{letter.entry_id}/change/").context["way"].legs

    assert [(one.elsewhere, one.again, one.took) for one in leg.tries] == [
        ("nats", False, "100 ms"),
        ("", True, "2.5 s"),
    ]


def test_a_delivery_that_waits_says_for_what(client: Client) -> None:
    paused = made.destination("nats", paused=True, paused_reason="maintenance")
    held = made.delivery(paused, "pending")
    due = made.delivery(made.destination("eventbridge"), "pending", next_attempt_at=Now() - timedelta(seconds=5))

    pages = [client.get(f"/admin/events/outboxentry/{one.entry_id}/change/").content.decode() for one in (held, due)]

    assert "nats is paused" in pages[0]
    assert "maintenance" in pages[0]
    assert "Next try now" in pages[1]


def test_the_receipt_of_a_stream_is_its_name_and_sequence(client: Client) -> None:
    nats, bus = made.destination("nats", kind="nats"), made.destination("bus", kind="eventbridge")
    entry = made.entry()
    made.delivery(nats, of=entry, receipt="EVENTS:17")
    made.delivery(bus, of=entry, receipt="cd2d702e-ab31")

    first, second = client.get(f"/admin/events/outboxentry/{entry.pk}/change/").context["way"].legs

    assert first.receipt == [("stream", "EVENTS"), ("sequence", "17")]
    assert second.receipt == [("EventId", "cd2d702e-ab31")]


def test_what_controls_a_terminal_is_shown_as_its_code(client: Client) -> None:
    """H43."""
    letter = made.dead(made.destination(), made.entry(subject="a\u202eb"), error="one\ntwo \x1b[31mred")
    letter.tries.update(error="one\ntwo \x1b[31mred")

    for path in (
        f"events/outboxentry/{letter.entry_id}/change",
        f"routing/delivery/{letter.pk}/change",
        "routing/delivery",
        "events/outboxentry",
    ):
        page = client.get(f"/admin/{path}/").content.decode()
        assert "\x1b" not in page
        assert "\u202e" not in page
    assert "two \\u001b[31mred" in client.get(f"/admin/events/outboxentry/{letter.entry_id}/change/").content.decode()


def test_the_page_of_an_event_takes_as_many_queries_for_many_deliveries_as_for_few(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    entry = made.entry()
    for n in range(8):
        made.dead(made.destination(f"d{n}"), entry)

    with django_assert_max_num_queries(16):
        client.get(f"/admin/events/outboxentry/{entry.pk}/change/")


@pytest.mark.parametrize("number", ["0", "999999", "9" * 25, "x", "1%00"])
def test_an_event_that_there_is_not_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/admin/events/outboxentry/{number}/change/").status_code == 404


@pytest.mark.parametrize("path", ["", "{pk}/change/", "{pk}/data/"])
def test_events_are_seen_only_by_who_may(path: str) -> None:
    """H40."""
    entry = made.entry()
    client = made.logged_in("routing.view_destination", name="other")

    assert client.get(f"/admin/events/outboxentry/{path.format(pk=entry.pk)}").status_code == 403


def test_a_list_that_is_not_counted_claims_no_number(client: Client) -> None:
    made.entry()

    assert "100000" not in client.get("/admin/events/outboxentry/").content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [({}, "no"), ({"duplicate": True}, "yes: the broker"), ({"possible_duplicate": True}, "perhaps: sent again")],
)
def test_a_delivery_says_whether_it_may_have_arrived_twice(client: Client, values: dict[str, Any], words: str) -> None:
    delivery = made.delivery(made.destination(), **values)

    assert words in client.get(f"/admin/routing/delivery/{delivery.pk}/change/").content.decode()
