"""Events as they pass: each once when it comes, and again when something happens to it."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from events.envelope import CloudEvent
from events.ingest import ingest
from events.models import OutboxEntry
from routing.models import Delivery
from routing.search.qualifiers import QueryError, parse_query
from routing.tail import follow
from routing.tail.follow import Follower, Look
from routing.tail.standing import standing_of
from tests.controlplane.answer import Answer
from tests.routing import made

ROOT = Path(__file__).resolve().parents[2]
MARKER = "4111-1111-1111-1111"


def seen(look: Look) -> list[tuple[str, str, bool]]:
    return [(passed.entry.event_id, passed.standing.state, passed.new) for passed in look.passed]


def follower(query: str = "", since: timedelta | None = None) -> Follower:
    return Follower(parse_query(query), since=since)


@pytest.mark.django_db
def test_only_what_comes_after_the_beginning_is_seen() -> None:
    made.delivery(made.destination(), of=made.entry(id="before"))
    tail = follower()

    made.delivery(made.destination("other"), of=made.entry(id="after"))

    assert seen(tail.look()) == [("after", "delivered", True)]
    assert seen(tail.look()) == []


@pytest.mark.django_db
def test_a_change_of_what_was_there_before_is_seen() -> None:
    letter = made.dead(made.destination(), made.entry(id="1"))
    tail = follower()

    Delivery.objects.filter(pk=letter.pk).update(state="pending")
    first = tail.look()
    Delivery.objects.filter(pk=letter.pk).update(state="delivered", receipt="EVENTS:1")
    second = tail.look()

    assert seen(first) == [("1", "pending", False)]
    assert seen(second) == [("1", "delivered", False)]
    assert str(second.passed[0].standing.legs[0]) == "nats:delivered(EVENTS:1)"


@pytest.mark.django_db
def test_it_begins_as_far_back_as_it_is_told() -> None:
    old = made.entry(id="old")
    OutboxEntry.objects.filter(pk=old.pk).update(accepted_at=old.accepted_at - timedelta(minutes=11))
    made.delivery(made.destination(), of=made.entry(id="new"))

    assert [event_id for event_id, _, _ in seen(follower(since=timedelta(minutes=10)).look())] == ["new"]
    assert [event_id for event_id, _, _ in seen(follower("since:10m").look())] == ["new"]


@pytest.mark.django_db
def test_the_words_of_the_search_choose() -> None:
    nats, bus = made.destination("nats"), made.destination("bus")
    tail = follower("dest:nats state:dead type:com.example.*")

    made.dead(nats, made.entry(id="right"))
    made.dead(bus, made.entry(id="elsewhere"))
    made.dead(nats, made.entry(id="another type", type="org.example"))
    waiting = made.delivery(nats, "pending", made.entry(id="later"))

    assert seen(tail.look()) == [("right", "dead", True)]
    Delivery.objects.filter(pk=waiting.pk).update(state="dead")
    assert [event_id for event_id, _, _ in seen(tail.look())] == ["later"]


@pytest.mark.parametrize("query", ["until:1h", "dest:nowhere"])
@pytest.mark.django_db
def test_a_search_that_cannot_be_followed_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        follower(query)


@pytest.mark.django_db(transaction=True)
def test_what_commits_late_under_a_lower_sequence_is_seen() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: nothing commits late")
    stored, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            ingest(CloudEvent(id="late", source="/s", type="x"))
            stored.set()
            go_on.wait(10)
        connection.close()

    made.delivery(made.destination(), of=made.entry(id="first"))
    tail = follower(since=timedelta(minutes=1))
    thread = threading.Thread(target=late)
    thread.start()
    assert stored.wait(10)
    made.entry(id="overtakes")

    before = tail.look()
    go_on.set()
    thread.join(10)
    after = tail.look()

    assert [event_id for event_id, _, _ in seen(before)] == ["first", "overtakes"]
    assert [event_id for event_id, _, _ in seen(after)] == ["late"]


@pytest.mark.django_db
def test_of_too_many_at_once_the_oldest_are_left_out_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "AT_ONCE", 2)
    tail = follower()
    for number in range(4):
        made.entry(id=str(number))

    first, second = tail.look(), tail.look()

    assert ([event_id for event_id, _, _ in seen(first)], first.left_out) == (["2", "3"], True)
    assert (seen(second), second.left_out) == ([], False)


@pytest.mark.django_db
def test_what_has_ended_is_let_go_once_nothing_can_come_before_it() -> None:
    now = 0.0
    tail = Follower(parse_query(""), clock=lambda: now)
    made.delivery(made.destination(), of=made.entry())
    tail.look()

    now = 60.0
    tail.look()

    assert tail._known == {}


@pytest.mark.django_db
def test_a_look_asks_as_much_for_a_hundred_events_as_for_one() -> None:
    nats = made.destination()
    counts = []
    for number in (1, 100):
        tail = follower()
        for _ in range(number):
            made.delivery(nats, of=made.entry())
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(tail.look().passed) == number
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 6


@pytest.mark.django_db
def test_standings_are_equal_until_something_happens() -> None:
    entry = made.entry()
    delivery = made.delivery(made.destination(), "pending", entry)
    before, again = standing_of(entry), standing_of(OutboxEntry.objects.get(pk=entry.pk))

    Delivery.objects.filter(pk=delivery.pk).update(attempts=2, error_class="throttled")

    after = standing_of(OutboxEntry.objects.get(pk=entry.pk))
    assert before == again
    assert after != before
    assert str(after.legs[0]) == "nats:pending(throttled, 2 tries)"


@pytest.mark.django_db
def test_the_data_is_shown_only_when_it_is_asked_for() -> None:
    made.delivery(made.destination(), of=made.entry(id="1", data=f'"{MARKER}"'))
    words = ["tail", "--since", "1m", "-n", "1"]

    assert MARKER not in Answer(*words).text
    assert MARKER not in Answer(*words, "--json").text
    assert MARKER in Answer(*words, "--data").text
    assert Answer(*words, "--json", "--data").json["data"] == f'"{MARKER}"'


@pytest.mark.django_db
def test_a_line_is_one_json_object() -> None:
    nats = made.destination()
    for number in range(3):
        made.delivery(nats, of=made.entry(id=str(number)))

    lines = Answer("tail", "--since", "1m", "-n", "2", "--json").lines

    assert [line["event_id"] for line in lines] == ["0", "1"]
    assert lines[0]["deliveries"][0]["state"] == "delivered"


@pytest.mark.django_db
def test_h43_markup_in_an_event_is_text() -> None:
    made.delivery(made.destination(), of=made.entry(subject="[bold]x[/bold] \u202e"))

    printed = Answer("tail", "--since", "1m", "-n", "1").text

    assert "[bold]x[/bold] \\u202e" in printed


@pytest.mark.parametrize("word", ["foo:bar", "until:1h", "dest:nowhere"])
@pytest.mark.django_db
def test_a_word_that_cannot_be_used_ends_it(word: str) -> None:
    answer = Answer("tail", word)

    assert answer.code == 2
    assert word.partition(":")[0] in answer.talk


def test_ctrl_c_ends_it_quietly(database_url: str, transactional_db: None) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "controlplane.settings"}
    # As on a terminal: who runs the tests in the background has Ctrl-C ignored, and so would their children.
    with subprocess.Popen(
        [sys.executable, "manage.py", "tail", "--json"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert "Waiting for events" in process.stderr.readline()
        made.entry(id="passes")
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT)

        rest = process.communicate(timeout=20)

    assert '"event_id": "passes"' in line
    assert process.returncode == 0
    assert rest == ("", "")
