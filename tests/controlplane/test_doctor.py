"""The doctor: what it finds wrong, what it says to do about it, and that it finds nothing where all is well."""

import shutil
from collections import namedtuple
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from celery import Celery
from django.contrib.auth.models import User
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Now
from pytest_django import Settings

from controlplane.doctor import accounts, broker, database, destinations, examine, machine, routing
from controlplane.doctor.finding import Finding, Level, Look, exit_code
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.ports import free_port
from controlplane.embedded.valkey import ValkeyServer
from controlplane.remote import code_build
from controlplane.version import BUILD
from events.clock import database_now
from routing.models import Depth, RelayWorker, RoutingRule, RoutingTable, ShardLease
from routing.publish_table import publish
from routing.relay.leases import sign_in
from tests.controlplane.answer import Answer
from tests.routing import made

Usage = namedtuple("Usage", "total used free")


def wrong(look: Look) -> list[Finding]:
    found = list(look())
    assert found
    for finding in found:
        assert bool(finding.fix) is (finding.level is not Level.OK) or finding.check.startswith("security.")
    return [finding for finding in found if finding.level is not Level.OK]


def only(look: Look, level: Level, *parts: str) -> Finding:
    [finding] = wrong(look)
    assert finding.level is level
    for part in parts:
        assert part in f"{finding.what} {finding.fix}"
    return finding


@pytest.mark.parametrize(
    ("levels", "code"),
    [([], 0), ([Level.OK], 0), ([Level.OK, Level.WARNING], 1), ([Level.ERROR, Level.WARNING], 2)],
)
def test_the_worst_finding_is_the_exit_code(levels: list[Level], code: int) -> None:
    assert exit_code(Finding(level, "x", "y") for level in levels) == code


def test_versions_that_are_supported_are_good() -> None:
    assert wrong(machine.versions) == []


def test_an_old_python_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "OLDEST_PYTHON", (3, 99))

    only(machine.versions, Level.ERROR, "Use Python")


def test_another_django_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SERIES", (6, 0))

    only(machine.versions, Level.ERROR, "requirements.txt")


def test_h46_system_checks_are_findings_with_their_hints(settings: Settings) -> None:
    settings.ENVIRONMENT, settings.DEBUG = "production", True

    found = {finding.check: finding for finding in wrong(machine.system_checks)}

    assert found["controlplane.E002"].level is Level.ERROR
    assert found["controlplane.E002"].fix == "Unset DEBUG."
    assert "security.W018" not in found


def test_development_need_not_be_fit_for_production(settings: Settings) -> None:
    settings.ENVIRONMENT = "development"

    assert not any(finding.check.startswith("controlplane.E") for finding in machine.system_checks())


@pytest.mark.parametrize(("free", "full"), [(1 << 20, True), (1 << 38, False)])
def test_a_full_disk_is_warned_about(free: int, full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1 << 40, 0, free))

    assert bool(wrong(machine.disk)) is full


@pytest.mark.django_db
def test_a_database_that_is_right_is_good() -> None:
    assert [*wrong(database.database), *wrong(database.migrations), *wrong(database.clock)] == []


@pytest.mark.django_db
def test_an_old_postgresql_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_POSTGRESQL", 990_000)

    only(database.database, Level.ERROR, "PostgreSQL 14 or later")


@pytest.mark.django_db
def test_migrations_that_are_missing_are_named() -> None:
    MigrationRecorder.Migration.objects.filter(app="dlq").order_by("-id")[0].delete()

    only(database.migrations, Level.ERROR, "dlq.", "manage.py migrate")


@pytest.mark.django_db
def test_a_database_ahead_of_this_code_is_an_upgrade_under_way() -> None:
    MigrationRecorder.Migration.objects.create(app="routing", name="9999_later")

    only(database.migrations, Level.WARNING, "routing.9999_later")


@pytest.mark.django_db
def test_h10_clocks_that_differ_are_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    now = database_now()
    monkeypatch.setattr(database, "database_now", lambda: now + timedelta(hours=1))

    only(database.clock, Level.WARNING, "3600", "NTP")


def test_h3_a_broker_that_is_away_is_an_error() -> None:
    with Celery(broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=False) as at:
        only(partial(broker.broker, at), Level.ERROR, "does not answer", "REDIS_URL")


def test_queues_without_a_worker_are_errors(valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "REPLY_SECONDS", 0.1)
    # Celery prefers the environment to what it is told.
    monkeypatch.setenv("CELERY_BROKER_URL", valkey.url)

    with Celery(broker=valkey.url, set_as_current=False) as at:
        found = wrong(partial(broker.broker, at))

    assert [finding.check for finding in found] == ["worker.celery", "worker.relay"]
    assert "-Q relay" in found[1].fix


def test_a_worker_of_other_code_is_warned_about() -> None:
    answers = {"relay@a": code_build(None), "relay@b": "0123456789ab"}

    [finding] = broker._versions(answers)

    assert finding.level is Level.WARNING
    assert "1 of 2" in finding.what
    assert BUILD in finding.what


@pytest.mark.django_db
def test_nothing_drains_and_nothing_measures() -> None:
    only(broker.drains, Level.ERROR, "relay")
    only(broker.beat, Level.ERROR, "Start beat")


@pytest.mark.django_db
def test_drains_that_died_are_told() -> None:
    sign_in(uuid4(), "lives", 60)
    RelayWorker.objects.create(token=uuid4(), name="died", expires_at=database_now() - timedelta(minutes=5))

    only(broker.drains, Level.WARNING, "1 ended")


@pytest.mark.django_db
def test_an_old_measure_means_that_beat_is_away() -> None:
    Depth.objects.create(queue="fresh", measured_at=database_now() - timedelta(minutes=2))

    only(broker.beat, Level.ERROR, "s old")


@pytest.mark.django_db
def test_a_table_and_no_drafts_are_good() -> None:
    made.rule("all", made.destination())
    publish(note="first", by=None)

    assert [*wrong(routing.table), *wrong(routing.drafts), *wrong(routing.in_flight)] == []


@pytest.mark.django_db
def test_no_table_is_an_error() -> None:
    only(routing.table, Level.ERROR, "publish")


@pytest.mark.django_db
def test_a_table_without_rules_is_warned_about() -> None:
    RoutingTable.objects.create(version=1, snapshot={"format": 1, "rules": []})

    only(routing.table, Level.WARNING, "every event is unrouted")


@pytest.mark.django_db
def test_h13_unrouted_events_are_told() -> None:
    made.rule("all", made.destination())
    publish(note="first", by=None)
    Depth.objects.create(queue="unrouted", count=7, measured_at=Now())

    only(routing.table, Level.WARNING, "7 events", "route them again")


@pytest.mark.django_db
def test_drafts_that_are_not_published_are_warned_about() -> None:
    made.rule("all", made.destination())
    publish(note="first", by=None)
    RoutingRule.objects.update(priority=9)

    only(routing.drafts, Level.WARNING, "not published")


@pytest.mark.django_db
def test_drafts_that_cannot_be_published_are_warned_about() -> None:
    made.rule("nowhere")

    only(routing.drafts, Level.WARNING, "nowhere")


@pytest.mark.django_db
def test_shards_whose_worker_died_are_warned_about() -> None:
    ShardLease.objects.update_or_create(shard=0, defaults={"suspects": [{"lane": "fresh"}]})

    only(routing.in_flight, Level.WARNING, "1 shards")


@pytest.mark.django_db
def test_no_destinations_are_warned_about() -> None:
    only(destinations.destinations, Level.WARNING, "Add one")


@pytest.mark.django_db(transaction=True)
def test_a_destination_that_answers_is_good(nats_server: NatsServer) -> None:
    made.destination("nats", kind="nats", config={"servers": [nats_server.url], "stream": "EVENTS"})

    assert wrong(destinations.destinations) == []


@pytest.mark.parametrize(
    ("values", "level", "parts"),
    [
        ({"kind": "nats", "config": {"servers": ["nats://127.0.0.1:1"]}}, Level.ERROR, ("not_connected", "Start")),
        ({"kind": "nats", "config": {"colour": "red"}}, Level.ERROR, ("colour", "Correct it")),
        (
            {"kind": "nats", "config": {"servers": ["nats://127.0.0.1:1"], "token": "env:NO_SUCH_NAME"}},
            Level.ERROR,
            ("token", "Set the variable"),
        ),
        ({"paused": True}, Level.WARNING, ("paused", "Resume")),
        ({"config": {"dedup_window_seconds": 5}, "max_age_seconds": 60}, Level.WARNING, ("60 s", "5 s")),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_is_wrong_with_a_destination_is_told(values: dict[str, Any], level: Level, parts: tuple[str, ...]) -> None:
    made.destination("one", **values)

    assert only(destinations.destinations, level, *parts).check == "destination.one"


@pytest.mark.django_db(transaction=True)
def test_large_entries_are_warned_about(free_bus: dict[str, Any]) -> None:
    made.destination("bus", kind="eventbridge", config={**free_bus, "max_entry_bytes": 1_000_000})

    assert any("256 KB" in finding.what for finding in wrong(destinations.destinations))


@pytest.fixture
def free_bus() -> dict[str, Any]:
    """Of an endpoint where nothing listens."""
    return {"bus": "oms", "endpoint": f"http://127.0.0.1:{free_port()}", "connect_timeout_seconds": 0.1}


@pytest.mark.parametrize("password", ["admin", "changeme", "root-name"])
@pytest.mark.django_db
def test_h46_an_administrators_default_password_is_an_error(password: str) -> None:
    user = User.objects.create_superuser("root-name", password=password)

    finding = only(accounts.accounts, Level.ERROR, str(user.pk), "changepassword")

    assert "root-name" not in finding.what + finding.fix


@pytest.mark.django_db
def test_nobody_to_administrate_is_warned_about() -> None:
    only(accounts.accounts, Level.WARNING, "createsuperuser")


@pytest.mark.django_db
def test_a_password_of_its_own_is_good() -> None:
    User.objects.create_superuser("somebody", password="b7-QuiteLong-1x")

    assert wrong(accounts.accounts) == []


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_all_of_it_to_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "REPLY_SECONDS", 0.1)

    answer = Answer("doctor", "--json")

    told = {finding["check"]: finding for finding in answer.json["findings"]}
    assert answer.code == answer.json["exit_code"] == 2
    assert {"python", "django", "disk", "broker", "database", "migrations", "clock", "drains", "table"} <= set(told)
    assert told["table"]["level"] == "error"
    assert told["table"]["fix"]


@pytest.mark.django_db(transaction=True)
def test_people_read_the_fix_below_what_is_wrong() -> None:
    answer = Answer("doctor")

    assert "ERROR table: no routing table is published\n      -> Make rules" in answer.text
    assert " errors, " in answer.text


def test_what_needs_the_database_is_left_out_when_it_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        yield Finding(Level.ERROR, "database", "it cannot be reached", "Start it.")

    away.__name__ = "database"
    monkeypatch.setattr(examine, "BARE", ())
    monkeypatch.setattr(database, "database", away)
    looked: list[str] = []

    found = list(examine.examine(looked.append))

    assert [finding.check for finding in found] == ["database"]
    assert looked == ["database"]
