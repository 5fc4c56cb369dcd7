"""The home page: what needs attention in words, figures that lead to what they count, nobody shown too much."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from controlplane.home.charts import chart
from controlplane.home.figures import Published, figures
from controlplane.home.place import Place
from controlplane.home.verdict import judge
from controlplane.home.words import counted, rate, share
from events.api_keys import issue_key
from routing.models import Depth, DestinationHealth, RelayWorker, Tally
from routing.numbers.read import DestinationNumbers, Overview, Series
from routing.publish_table import publish
from tests.routing import made

READY = DestinationNumbers(
    id=1, name="nats", kind="nats", state="ready", reason="", waiting=0, oldest_seconds=None, dead=0,
    delivered_hour=10, failed_hour=0, dead_hour=0, failover_hour=0, success_share=1.0,
)  # fmt: skip
WELL = Overview(
    measured_seconds_ago=2.0, accepted_per_second=1.0, delivered_per_second=1.0, success_share=1.0, fresh=0,
    oldest_seconds=None, waiting=0, dead=0, unrouted=0, workers=2, beat_alive=True, table_version=3,
    published_at=timezone.now(), destinations=[READY],
)  # fmt: skip


def texts(seen: Overview, held: dict[int, float] | None = None) -> list[str]:
    return [one.text for one in judge(seen, held or {}, lambda _: True).sentences]


def with_one(**values: Any) -> Overview:
    return replace(WELL, destinations=[replace(READY, **values)])


def measured(queue: str, count: int, destination_id: int = 0, **values: Any) -> None:
    Depth.objects.update_or_create(queue=queue, destination_id=destination_id, defaults={"count": count, **values})


def page_of(client: Client, path: str = "/admin/") -> str:
    return client.get(path).content.decode()


def test_it_says_that_all_is_well_only_if_nothing_is_wrong() -> None:
    verdict = judge(WELL, {}, lambda _: True)

    assert (verdict.headline, verdict.level, verdict.sentences) == ("All is well", "good", ())


def test_an_unreachable_destination_is_named_with_how_long_and_why() -> None:
    seen = with_one(state="unreachable", reason="connection refused", waiting=1200, oldest_seconds=185.0)

    assert texts(seen, {1: 190.0}) == [
        "nats is unreachable for 3 min: connection refused. 1,200 deliveries wait, the oldest for 3 min."
    ]


def test_a_paused_destination_where_nothing_waits_is_one_short_sentence() -> None:
    assert texts(with_one(state="paused", reason="upgrade"), {1: 60.0}) == ["nats is paused for 1 min: upgrade."]


def test_a_destination_that_takes_events_too_slowly_is_late() -> None:
    assert texts(with_one(waiting=1, oldest_seconds=120.0)) == ["nats is late: 1 delivery waits, for 2 min."]
    assert texts(with_one(waiting=1, oldest_seconds=5.0)) == []


def test_what_nobody_is_working_on_comes_before_what_only_wants_a_decision() -> None:
    seen = replace(WELL, workers=0, dead=2, unrouted=1, destinations=[replace(READY, dead=2)])

    assert texts(seen) == [
        "No worker is running: events are accepted, and wait.",
        "2 dead letters to redrive or discard: 2 of nats.",
        "1 event matched no rule: mend the rules and route again.",
    ]


def test_a_silent_beat_and_an_unpublished_table_are_told() -> None:
    [silent, unpublished] = texts(replace(WELL, measured_seconds_ago=45.0, beat_alive=False, table_version=None))

    assert "silent for 45 s" in silent
    assert unpublished == "No routing table is published: workers route nothing."


def test_before_the_first_measure_it_says_so_and_shows_no_zeros() -> None:
    seen = replace(WELL, measured_seconds_ago=None, beat_alive=False)

    [sentence] = texts(seen)
    shown = {one.key: one.value for one in figures(seen, None)}

    assert sentence.startswith("Nothing has been measured yet")
    assert {shown[key] for key in ("waiting", "dead", "unrouted", "oldest")} == {"–"}  # noqa: RUF001


def test_events_that_wait_for_the_relay_are_told_apart_from_those_that_wait_for_a_destination() -> None:
    assert texts(replace(WELL, fresh=3, oldest_seconds=300.0)) == ["3 events wait for the relay, the oldest for 5 min."]


def test_who_may_not_see_everything_is_not_promised_that_all_is_well() -> None:
    seen = replace(WELL, dead=3)

    verdict = judge(seen, {}, lambda place: place != Place("dlq.deadletter"))

    assert (verdict.headline, verdict.sentences) == ("All is well, as far as you may see", ())


def test_a_depth_of_a_minute_ago_is_shown_as_of_then() -> None:
    shown = {one.key: one for one in figures(replace(WELL, measured_seconds_ago=61.0, waiting=7), None)}

    assert (shown["waiting"].stale, shown["waiting"].note) == (True, "1 min ago")
    assert not shown["accepted"].stale


def test_the_table_figure_says_who_when_and_that_drafts_differ() -> None:
    [table] = [one for one in figures(WELL, Published(120.0, "by ada", drafts=True)) if one.key == "table"]

    assert (table.value, table.note, table.level) == ("v3", "2 min ago, by ada; drafts differ", "warn")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.05, "0.05"), (1.5, "1.5"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_a_rate_has_three_digits_at_the_most(value: float, text: str) -> None:
    assert rate(value) == text


def test_a_share_is_100_only_if_nothing_failed() -> None:
    assert (share(1.0), share(0.99999), share(0.5), share(None)) == ("100 %", "99.9 %", "50.0 %", "–")  # noqa: RUF001
    assert (counted(1, "event"), counted(2000, "event")) == ("1 event", "2,000 events")


def test_a_chart_says_in_words_and_in_a_table_what_it_draws() -> None:
    labels = [timezone.now() - timedelta(minutes=2 - n) for n in range(3)]
    counts = {"accepted": [0, 5, 0], "delivered": [0, 4, 0], "failed": [0, 1, 0], "dead": [0, 1, 0]}

    drawn = chart("hour", Series(labels, {**counts, "unrouted": [0, 0, 0]}))

    assert drawn.summary == "In the last hour: 5 accepted, 4 delivered, 1 failed try, 1 dead, 0 unrouted."
    assert drawn.rows == [(labels[1], [5, 4, 1, 1, 0])]
    assert json.loads(drawn.data)["failed"] == [0, 1, 0]


@pytest.mark.parametrize(("span", "bucket"), [("hour", "minute"), ("day", "hour")])
def test_what_is_not_over_is_drawn_and_said_to_be_so(span: Any, bucket: str) -> None:
    """A dip at the end would look like an outage; and a failure of this minute must be seen."""
    labels = [timezone.now() - timedelta(minutes=2 - n) for n in range(3)]
    counts = {"accepted": [60, 60, 3], "delivered": [60, 60, 2], "failed": [0, 0, 1], "dead": [0, 0, 1]}

    drawn = chart(span, Series(labels, {**counts, "unrouted": [0, 0, 0]}))
    page = render_to_string("controlplane/home/charts.html", {"charts": [drawn]})

    assert json.loads(drawn.data)["accepted"] == [60, 60, 3]
    assert drawn.rows[0] == (labels[2], [3, 2, 1, 1, 0])
    assert f"Dotted: this {bucket}, so far." in page
    assert [", so far" in row for row in page.split('<th scope="row">')[1:]] == [True, False, False]


@pytest.mark.django_db
def test_each_figure_leads_to_what_it_counts(admin_client: Client) -> None:
    nats = made.destination()
    measured("pending", 4, nats.pk)
    measured("dead", 2, nats.pk)

    page = page_of(admin_client)

    for link in (
        "/admin/events/outboxentry/?q=since%3A1m",
        "/admin/routing/delivery/?q=state%3Apending",
        "/admin/routing/delivery/?q=dest%3Anats+state%3Apending",
        "/admin/dlq/deadletter/?q=dest%3Anats",
        "/admin/routing/unrouted/",
        "/admin/routing/relayworker/",
    ):
        assert f'href="{link}"' in page
        assert admin_client.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.django_db
def test_destinations_with_a_problem_come_first_with_state_reason_and_since_when(admin_client: Client) -> None:
    made.destination("aaa")
    broken = made.destination("zzz")
    since = timezone.now() - timedelta(minutes=10)
    DestinationHealth.objects.create(destination=broken, unreachable_since=since, error="connection refused")

    page = page_of(admin_client)

    assert page.index(f'href="/admin/routing/destination/{broken.pk}/change/"') < page.index(">aaa</a>")
    assert "zzz is unreachable for 10 min: connection refused." in page


@pytest.mark.django_db
def test_it_escapes_what_a_destination_said(admin_client: Client) -> None:
    """H43: an error text is whatever a server answered, a reason whatever somebody typed."""
    broken = made.destination(paused=True, paused_reason="<img src=x onerror=alert(1)>")
    DestinationHealth.objects.create(
        destination=broken, unreachable_since=timezone.now(), error="<script>alert(2)</script>"
    )

    page = page_of(admin_client)

    assert "&lt;script&gt;alert(2)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.django_db
def test_the_first_steps_are_ticked_one_by_one_and_gone_with_the_first_event(admin_client: Client) -> None:
    before = admin_client.get("/admin/").context["first_steps"]["steps"]
    made.rule("all", made.destination())
    publish(note="a test", by=None)
    issue_key("billing", ["events:write"])
    after = admin_client.get("/admin/")
    made.entry()

    assert [one["step"].done for one in before] == [False] * 4
    assert [one["step"].done for one in after.context["first_steps"]["steps"]] == [True] * 4
    assert "curl -X POST http://testserver/api/v1/events" in after.content.decode()
    assert "First steps" not in page_of(admin_client)


@pytest.mark.django_db
def test_the_live_part_is_the_page_without_its_frame(admin_client: Client) -> None:
    RelayWorker.objects.create(
        token="7b7f2a3e-0000-4000-8000-000000000001", name="a", expires_at=timezone.now() + timedelta(hours=1)
    )

    part = page_of(admin_client, "/admin/live/")

    assert "<html" not in part
    assert "No routing table is published" in part
    assert "No worker is running" not in part


@pytest.mark.django_db
def test_charts_come_from_tallies(admin_client: Client) -> None:
    begins = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=1)
    Tally.objects.create(period=60, begins=begins, outcome="delivered", destination_id=1, count=41)

    assert "In the last hour: 0 accepted, 41 delivered" in page_of(admin_client, "/admin/live/charts/")


@pytest.mark.django_db
def test_neither_the_page_nor_its_parts_hold_a_script_of_their_own(admin_client: Client) -> None:
    page = page_of(admin_client)

    assert page.count("<script") == page.count("<script src=")
    assert "<script" not in page_of(admin_client, "/admin/live/") + page_of(admin_client, "/admin/live/charts/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("permission", "shown", "hidden"),
    [
        ("routing.view_delivery", "state%3Apending", "nats is paused"),
        ("routing.view_destination", "nats is paused", "state%3Apending"),
        ("dlq.view_deadletter", "/admin/dlq/deadletter/", "nats"),
    ],
)
def test_it_shows_nobody_what_they_may_not_view(permission: str, shown: str, hidden: str) -> None:
    """H40."""
    nats = made.destination(paused=True)
    measured("pending", 4, nats.pk)

    for path in ("/admin/", "/admin/live/"):
        page = page_of(made.logged_in(permission, name=path), path)
        assert shown in page
        assert hidden not in page


@pytest.mark.django_db
def test_charts_are_for_those_who_may_see_deliveries() -> None:
    client = made.logged_in("routing.view_destination")

    assert client.get("/admin/live/charts/").content.strip() == b""


@pytest.mark.django_db
def test_the_live_part_costs_a_handful_of_queries_however_many_destinations(admin_client: Client) -> None:
    """H12."""

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page_of(admin_client, "/admin/live/")
        assert not [one for one in seen.captured_queries if "COUNT(" in one["sql"] and "relayworker" not in one["sql"]]
        return len(seen)

    made.entry()
    made.destination("one")
    publish(note="a test", by=None)
    few = queries()
    for number in range(20):
        made.destination(f"more-{number}")

    assert queries() == few <= 16
