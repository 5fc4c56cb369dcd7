"""/healthz and /readyz: what a load balancer and an operator are told."""

import time
from datetime import timedelta
from threading import Event

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from django.test import Client

from controlplane.celery import app
from controlplane.embedded.valkey import ValkeyServer
from controlplane.monitoring import health, readiness
from controlplane.monitoring.readiness import Check, Question, Readiness, ask_broker, ask_database, migrations, relay
from events.clock import database_now
from events.models import OutboxEntry, PendingEntry
from routing.models import RelayWorker, RoutingTable, Tally
from tests.routing.made import entry

TOKEN = "0" * 32


def worker(seconds: float = 10.0) -> None:
    RelayWorker.objects.create(token=TOKEN, name="relay", expires_at=Now() + timedelta(seconds=seconds))


def waiting(minutes: int) -> None:
    made = entry()
    OutboxEntry.objects.filter(pk=made.pk).update(accepted_at=Now() - timedelta(minutes=minutes))
    PendingEntry.objects.create(entry=made, shard=0)


def table() -> None:
    RoutingTable.objects.create(version=1, snapshot={"format": 1, "rules": []})


def test_the_process_says_that_it_serves() -> None:
    response = Client().get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_without_a_relay_worker_it_is_not_ready() -> None:
    worker(seconds=-1)

    found = relay()

    assert not found.ok
    assert found.detail == "no relay worker is alive"


@pytest.mark.django_db
def test_a_relay_with_nothing_to_do_is_ready() -> None:
    worker()

    assert relay().ok


@pytest.mark.django_db
def test_events_that_wait_for_a_minute_while_nothing_is_settled_are_a_stuck_relay() -> None:
    worker()
    table()
    waiting(minutes=2)

    found = relay()

    assert not found.ok
    assert "nothing was settled" in found.detail


@pytest.mark.django_db
def test_a_backlog_that_shrinks_is_no_stuck_relay() -> None:
    worker()
    table()
    waiting(minutes=20)
    begins = database_now().replace(second=0, microsecond=0)
    Tally.objects.create(period=Tally.MINUTE, begins=begins, outcome="accepted", count=1)

    found = relay()

    assert found.ok
    assert found.detail == "1 alive; catching up"


@pytest.mark.django_db
def test_events_that_wait_for_the_first_table_are_not_the_relays_fault() -> None:
    worker()
    waiting(minutes=20)

    found = relay()

    assert found.ok
    assert "first routing table" in found.detail


@pytest.mark.django_db
def test_migrations_that_are_not_applied_are_counted_and_the_first_is_named() -> None:
    MigrationRecorder.Migration.objects.filter(app="django_celery_beat", name__startswith="0019").delete()

    found = migrations()

    assert not found.ok
    assert "the first is django_celery_beat.0019" in found.detail


def test_a_broker_that_answers_is_told_from_one_that_does_not(
    valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [away] = ask_broker()
    monkeypatch.setattr(app.conf, "broker_write_url", valkey.url)

    [there] = ask_broker()

    assert (away.ok, there.ok) == (False, True)
    assert "127.0.0.1" not in away.detail


def test_what_does_not_answer_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "DEADLINE", 0.1)
    release = Event()
    asked: list[int] = []

    def hang() -> list[Check]:
        asked.append(1)
        release.wait(30)
        return [Check("broker", True, "answers")]

    question = Question(("broker",), hang)
    begun = time.monotonic()
    found = [Readiness(question).checks() for _ in range(3)]
    took = time.monotonic() - begun
    release.set()
    question.answer(time.monotonic() + 5)

    assert took < 5
    assert [checks[0].ok for checks in found] == [False] * 3
    assert len(asked) == 1


def test_an_answer_serves_all_who_ask_within_a_moment() -> None:
    asked: list[int] = []

    def ask() -> list[Check]:
        asked.append(1)
        return [Check("database", True, "answers")]

    several = Readiness(Question(("database",), ask))
    found = [several.checks() for _ in range(5)]

    assert len(asked) == 1
    assert all(checks[0].ok for checks in found)


@pytest.mark.django_db(transaction=True)
def test_it_answers_503_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    questions = Question(("database", "migrations", "relay"), ask_database), Question(("broker",), ask_broker)
    monkeypatch.setattr(health, "READINESS", Readiness(*questions))

    response = Client().get("/readyz")

    body = response.json()
    assert response.status_code == 503
    assert body["ready"] is False
    assert [(check["name"], check["ok"]) for check in body["checks"]] == [
        ("database", True), ("migrations", True), ("relay", False), ("broker", False),
    ]  # fmt: skip
    assert response.headers["Cache-Control"].startswith("max-age=0")


def test_it_answers_200_when_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = Question(("database",), lambda: [Check("database", True, "answers")])
    monkeypatch.setattr(health, "READINESS", Readiness(fine))

    response = Client().get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"ready": True, "checks": [{"name": "database", "ok": True, "detail": "answers"}]}
