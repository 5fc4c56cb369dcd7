"""The commands as a person types them: what they answer, where, and with which exit code."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import load_command_class
from django.db.models.functions import Now
from pytest_django import Settings

from controlplane.management.printed import printable, seconds
from events.models import OutboxEntry
from routing.models import Depth, RoutingTable, Unrouted
from routing.numbers.attention import attention
from routing.numbers.read import DestinationNumbers, Overview
from routing.relay.leases import sign_in
from tests.controlplane.answer import Answer
from tests.relay.conftest import Installation
from tests.relay.conftest import installation as installation  # the fixture
from tests.routing import made
from tests.schemas.registry import made as registered

ROOT = Path(__file__).resolve().parents[2]


def alive() -> None:
    """An installation that measures, drains and routes."""
    sign_in(uuid4(), "tests", 60)
    Depth.objects.create(queue="fresh", count=0, measured_at=Now())
    RoutingTable.objects.create(version=1, snapshot={"format": 1, "rules": []})


def numbers(**values: Any) -> DestinationNumbers:
    given: dict[str, Any] = {
        "id": 1, "name": "nats", "kind": "nats", "state": "ready", "reason": "", "waiting": 0, "oldest_seconds": None,
        "dead": 0, "delivered_hour": 0, "failed_hour": 0, "dead_hour": 0, "failover_hour": 0, "success_share": None,
    }  # fmt: skip
    return DestinationNumbers(**{**given, **values})


def overview(**values: Any) -> Overview:
    given: dict[str, Any] = {
        "measured_seconds_ago": 1.0, "accepted_per_second": 0.0, "delivered_per_second": 0.0, "success_share": None,
        "fresh": 0, "oldest_seconds": None, "waiting": 0, "dead": 0, "unrouted": 0, "workers": 1, "beat_alive": True,
        "table_version": 1, "published_at": None, "destinations": [numbers()],
    }  # fmt: skip
    return Overview(**{**given, **values})


# What needs attention


def test_nothing_needs_attention_where_all_is_well() -> None:
    assert attention(overview()) == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"workers": 0}, "no worker drains"),
        ({"beat_alive": False, "measured_seconds_ago": 90.0}, "90 s old"),
        ({"beat_alive": False, "measured_seconds_ago": None}, "nothing was measured"),
        ({"table_version": None}, "no routing table"),
        ({"oldest_seconds": 61.0}, "61 s old"),
        ({"dead": 3}, "3 dead letters"),
        ({"unrouted": 2}, "2 unrouted"),
        ({"destinations": [numbers(state="paused", reason="maintenance")]}, "nats is paused (maintenance)"),
    ],
)
def test_each_thing_that_is_wrong_is_a_sentence(values: dict[str, Any], expected: str) -> None:
    [sentence] = attention(overview(**values))

    assert expected in sentence


def test_an_unreachable_destination_comes_before_a_paused_one() -> None:
    seen = overview(destinations=[numbers(name="a", state="paused", waiting=9), numbers(name="b", state="unreachable")])

    assert [sentence.split()[0] for sentence in attention(seen)] == ["b", "a"]


def test_h43_a_terminal_acts_on_nothing_that_is_printed() -> None:
    assert printable("a\x1b[31m\n\u202eb") == "a\\x1b[31m\\n\\u202eb"


@pytest.mark.parametrize(
    ("span", "text"), [(None, "-"), (0.44, "0.4 s"), (180, "3 min"), (7200, "2 h"), (200_000, "2 d")]
)
def test_spans_are_said_as_people_say_them(span: float | None, text: str) -> None:
    assert seconds(span) == text


# status


@pytest.mark.django_db
def test_status_says_that_all_is_well() -> None:
    alive()
    made.destination("nats")

    answer = Answer("status")

    assert answer.code == 0
    assert answer.text.startswith("WELL")
    assert "nats" in answer.text


@pytest.mark.django_db
def test_status_names_what_needs_attention() -> None:
    alive()
    made.destination("nats", paused=True, paused_reason="[red]\x1b[31mmoving")

    answer = Answer("status")

    assert answer.code == 1
    assert "! nats is paused ([red]\\x1b[31mmoving)" in answer.text


@pytest.mark.django_db
def test_status_cannot_tell_where_nobody_measures() -> None:
    answer = Answer("status", "--json")

    assert answer.code == 2
    assert answer.json["verdict"] == "unknown"
    assert any("beat" in sentence for sentence in answer.json["attention"])


@pytest.mark.django_db
def test_status_is_one_json_document_for_programs() -> None:
    alive()
    made.destination("nats")

    told = Answer("status", "--json").json

    assert told["verdict"] == "well"
    assert told["destinations"][0]["name"] == "nats"
    assert set(Overview.__dataclass_fields__) < set(told)


# publish_event


@pytest.mark.django_db(transaction=True)
def test_an_event_of_options_is_accepted() -> None:
    words = ["--type", "com.example.made", "--source", "/tests", "--id", "1", "--subject", "a", "--data", '{"n": 1}']

    answer = Answer("publish_event", *words, "--extension", "partitionkey=7", "--extension", "n:=5", "--json")

    stored = OutboxEntry.objects.get()
    assert answer.json == {"id": str(stored.uuid), "source": "/tests", "event_id": "1", "duplicate": False}
    assert (stored.data, stored.partitionkey, json.loads(stored.extensions)["n"]) == ('{"n": 1}', "7", 5)


@pytest.mark.django_db(transaction=True)
def test_a_whole_event_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text('{"specversion":"1.0","id":"9","source":"/tests","type":"com.example.made"}')

    first, second = Answer("publish_event", str(file)), Answer("publish_event", str(file), "--json")

    assert "accepted" in first.text
    assert second.json["duplicate"] is True


@pytest.mark.django_db(transaction=True)
def test_data_that_is_no_text_is_kept_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_bytes(b"\xff\xfe\x00")
    words = ["--type", "com.example.made", "--source", "/tests", "--content-type", "image/png"]

    Answer("publish_event", *words, "--data-file", str(file))

    assert OutboxEntry.objects.get().data_base64 is True


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--type", "x"], "--type and --source are needed"),
        (["--type", "x", "--source", "/s", "--data", '{"secret": '], "/data"),
        (["--type", "x", "--source", "/s", "--extension", "secret"], "--extension takes"),
        (["--type", "x", "--source", "/s", "--extension", "n:=1.5"], "/n"),
        (["--type", "x", "--source", "/s", "--extension", "n=1", "--extension", "n=2"], "given twice"),
        (["--type", "x", "--source", "/s", "--data", "1", "--data-file", "f"], "one of them"),
        (["-", "--type", "x"], "a whole event was given"),
        (["/no/such/file"], "No such file"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_is_no_event_is_refused_with_its_place(words: list[str], expected: str) -> None:
    answer = Answer("publish_event", *words)

    assert answer.code == 2
    assert expected in answer.talk
    assert "secret" not in answer.talk
    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_its_type_or_schema_refuses_is_told_with_every_place_and_no_value(settings: Settings) -> None:
    settings.UNKNOWN_EVENT_TYPES = "refuse"
    registered.active(registered.event_type())
    words = ["publish_event", "--source", "/tests", "--data", '{"total": "marker"}', "--type"]

    invalid, unknown = Answer(*words, registered.NAME), Answer(*words, "com.example.unknown")

    assert (invalid.code, unknown.code) == (2, 2)
    assert "/data/total: must be integer" in invalid.talk
    assert '/data: must have the member "order"' in invalid.talk
    assert "not registered" in unknown.talk
    assert "marker" not in invalid.talk


@pytest.mark.django_db(transaction=True)
def test_another_event_of_the_same_id_is_refused() -> None:
    words = ["publish_event", "--type", "com.example.made", "--source", "/tests", "--id", "1", "--data"]

    Answer(*words, "1")

    assert Answer(*words, "2").code == 2


def test_waiting_tells_the_way_it_took(installation: Installation) -> None:
    installation.destination("left")
    installation.publish(installation.rule("left"))
    words = ["publish_event", "--type", "com.example.made", "--source", "/tests", "--id", "1", "--json"]
    Answer(*words)
    installation.run(lambda: not OutboxEntry.objects.filter(pending__isnull=False).exists())

    answer = Answer(*words, "--wait", "5")

    assert answer.code == 0
    assert (answer.json["state"], answer.json["deliveries"][0]["destination"]) == ("delivered", "left")
    assert "left:delivered" in answer.talk


@pytest.mark.django_db(transaction=True)
def test_waiting_ends_when_the_time_is_up() -> None:
    answer = Answer("publish_event", "--type", "x", "--source", "/s", "--wait", "0.05", "--json")

    assert answer.code == 3
    assert answer.json["state"] == "pending"


@pytest.mark.parametrize("state", ["dead", "unrouted"])
@pytest.mark.django_db(transaction=True)
def test_waiting_says_when_it_will_not_arrive(state: str) -> None:
    entry = made.entry(id="1", source="/s", type="x")
    if state == "dead":
        made.dead(made.destination(), entry)
    else:
        Unrouted.objects.create(entry=entry, table_version=1)

    answer = Answer("publish_event", "--type", "x", "--source", "/s", "--id", "1", "--wait", "--json")

    assert answer.code == 1
    assert answer.json["state"] == state


# All of them


@pytest.mark.parametrize("name", ["status", "tail", "publish_event", "doctor"])
def test_the_help_says_what_the_exit_codes_mean(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    load_command_class("controlplane", name).print_help("manage.py", name)

    printed = capsys.readouterr().out
    assert "exit codes:\n  0  " in printed
    assert "--json" in printed


@pytest.mark.parametrize("words", [["status"], ["tail", "-n", "1"], ["publish_event", "--type", "x", "--source", "/s"]])
def test_h4_a_database_that_is_away_is_told_and_not_a_traceback(words: list[str]) -> None:
    environment = {"PATH": "/usr/bin", "ENVIRONMENT": "development", "SECRET_KEY": "x"}
    environment["DATABASE_URL"] = "postgres://x:s3cret@127.0.0.1:1/x"

    answer = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 2
    assert answer.stdout == ""
    assert "manage.py doctor" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert "s3cret" not in answer.stderr


def test_commands_keep_their_logs_out_of_the_answer(database_url: str, transactional_db: None) -> None:
    environment = {"PATH": "/usr/bin", "ENVIRONMENT": "development", "SECRET_KEY": "x", "DATABASE_URL": database_url}
    script = "import structlog; structlog.get_logger('x').info('thing.happened')"

    answer = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert answer.stdout == ""
    assert "thing.happened" in answer.stderr
