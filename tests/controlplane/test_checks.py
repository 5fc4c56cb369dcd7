"""H46: what must not be so in production is found by `manage.py check --deploy`, with an id and a hint."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from controlplane.checks import environment_is_named, fit_for_production, logs_are_understood

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "DATABASE_URL": "postgres://controlplane:f3o9vK2mQx@database.internal:5432/controlplane",
    "REDIS_URL": "redis://:Vb81nQw0Ls@redis.internal:6379/0",
    "ALLOWED_HOSTS": "events.example.com",
    "PII_KEK": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
}
BAD_DATABASES = [
    ("sqlite:////var/lib/events.sqlite3", "controlplane.E003"),
    ("postgres://postgres:postgres@database.internal/events", "controlplane.E005"),
    ("postgres://controlplane@database.internal/events", "controlplane.E005"),
    ("postgres://events:Events@database.internal/events", "controlplane.E005"),
]


def command(changes: dict[str, str]) -> subprocess.CompletedProcess[str]:
    base = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "controlplane.settings"}
    words = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        words, cwd=ROOT, env={**base, **GOOD, **changes}, capture_output=True, text=True, timeout=60, check=False
    )


def found() -> dict[str | None, str | None]:
    messages = [*fit_for_production(None), *environment_is_named(None), *logs_are_understood(None)]
    return {message.id: message.hint for message in messages}


def test_good_settings_pass() -> None:
    answer = command({})

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(("url", "expected"), BAD_DATABASES)
def test_a_database_for_demonstrations_is_refused(url: str, expected: str) -> None:
    answer = command({"DATABASE_URL": url})

    assert answer.returncode != 0
    assert expected in answer.stderr
    assert "HINT" in answer.stderr


@pytest.mark.parametrize("key", ["", "short", "a" * 60, "django-insecure-" + GOOD["SECRET_KEY"]])
def test_a_key_that_is_easy_to_guess_is_refused(key: str, settings: Settings) -> None:
    settings.SECRET_KEY = key

    assert found()["controlplane.E001"]


@pytest.mark.parametrize("provider", ["env", "file", "aws-kms", "another"])
def test_no_key_for_personal_data_is_refused(provider: str, settings: Settings) -> None:
    settings.PII_KEK_PROVIDER = provider
    settings.PII_KEY_ENCRYPTION_KEYS = settings.PII_KEK_FILE = settings.PII_KMS_KEY_ID = ""

    assert found()["controlplane.E008"]


def test_debug_is_refused(settings: Settings) -> None:
    settings.DEBUG = True

    assert found()["controlplane.E002"]


@pytest.mark.parametrize("url", ["filesystem://", "memory://", "sqla+sqlite:///broker.sqlite3", ""])
def test_a_broker_for_one_host_is_refused(url: str, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = url

    assert found()["controlplane.E004"]


@pytest.mark.parametrize("name", ["", "PRODUCTION", "prd", " production"])
def test_an_environment_that_is_unknown_is_warned_about(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """H36: it is taken for production, which whoever started it should know."""
    monkeypatch.setenv("ENVIRONMENT", name)

    assert found()["controlplane.W001"]


def test_a_named_environment_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "staging")

    assert "controlplane.W001" not in found()


def test_a_database_reached_through_a_socket_file_needs_no_password() -> None:
    answer = command({"DATABASE_URL": "postgres:////run/postgresql/controlplane"})

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("url", ["redis://redis.internal:6379/0", "rediss://:changeme@10.0.0.9/0"])
def test_h46_a_redis_open_to_the_network_is_warned_about(url: str, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = settings.REDIS_URL = url

    assert found()["controlplane.W003"]


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "redis://[::1]/0", "redis+socket:///run/redis.sock"])
def test_a_redis_of_this_machine_needs_no_password(url: str, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = settings.REDIS_URL = url

    assert "controlplane.W003" not in found()


def test_h46_every_host_is_refused(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["events.example.com", "*"]

    assert found()["controlplane.E006"]


@pytest.mark.parametrize(
    ("processes", "folder", "expected"), [("4", "", True), ("4", "/run/m", False), ("1", "", False)]
)
def test_several_processes_need_a_folder_for_their_metrics(
    processes: str, folder: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", processes)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", folder)

    assert ("controlplane.W004" in found()) is expected


def test_h46_fault_injection_is_refused(settings: Settings) -> None:
    settings.RELAY_OBSERVER = "benchmarks.chaos.hook.observe"

    assert found()["controlplane.E007"]


@pytest.mark.parametrize(("name", "value"), [("LOG_FORMAT", "xml"), ("LOG_LEVEL", "LOUD"), ("LOG_STREAM", "syslog")])
def test_a_log_setting_that_is_unknown_is_warned_about(name: str, value: str, settings: Settings) -> None:
    setattr(settings, name, value)

    assert found()["controlplane.W002"]


def test_every_message_has_a_hint(settings: Settings) -> None:
    settings.SECRET_KEY, settings.DEBUG, settings.ALLOWED_HOSTS, settings.RELAY_OBSERVER = "", True, ["*"], "x.y"
    settings.CELERY_BROKER_URL = "memory://"

    messages = found()

    assert len(messages) >= 5
    assert all(messages.values())


def test_one_person_publishing_policies_in_production_is_warned_of(settings: Settings) -> None:
    settings.ENVIRONMENT, settings.FOUR_EYES = "production", []

    assert found()["controlplane.W005"]


def test_what_takes_four_eyes_is_known_or_nothing_starts() -> None:
    answer = command({"FOUR_EYES": "polices"})

    assert answer.returncode != 0
    assert "FOUR_EYES: nothing is called polices" in answer.stderr
