"""Configs of destinations: strict, with the place of each problem, and without secrets."""

from pathlib import Path
from typing import Any

import pytest

from routing.publishers.config import ConfigError
from routing.publishers.registry import make_publisher, validate_config
from routing.publishers.secrets import SecretMissingError, SecretRef, parse_reference


@pytest.mark.parametrize("kind", ["memory", "nats", "eventbridge"])
def test_every_kind_has_defaults_for_all(kind: str) -> None:
    assert validate_config(kind, {}) == []


@pytest.mark.parametrize(
    ("kind", "config", "place"),
    [
        ("memory", {"strem": "x"}, "strem"),
        ("memory", {"stream": ""}, "stream"),
        ("memory", {"max_message_bytes": True}, "max_message_bytes"),
        ("memory", {"max_message_bytes": 1.5}, "max_message_bytes"),
        ("memory", {"dedup_window_seconds": float("nan")}, "dedup_window_seconds"),
        ("nats", {"servers": []}, "servers"),
        ("nats", {"servers": ["nats://user:pass@host:4222"]}, "servers"),
        ("nats", {"servers": ["http://host"]}, "servers"),
        ("nats", {"servers": ["nats://host:99999"]}, "servers"),
        ("nats", {"servers": ["nats://"]}, "servers"),
        ("nats", {"servers": [4222]}, "servers"),
        ("nats", {"subject": "{type}"}, "subject"),
        ("nats", {"subject": "events.*"}, "subject"),
        ("nats", {"stream": "A.B"}, "stream"),
        ("nats", {"mode": "batched"}, "mode"),
        ("nats", {"create_stream": "yes"}, "create_stream"),
        ("nats", {"password": "hunter2"}, "password"),
        ("nats", {"token": "env:"}, "token"),
        ("nats", {"user": "u"}, "password"),
        ("nats", {"creds": "file:/c", "token": "env:T"}, ""),
        ("nats", {"tls_key": "/k.pem"}, "tls_key"),
        ("nats", {"inbox_prefix": "a.>"}, "inbox_prefix"),
        ("eventbridge", {"endpoint": "https://key:secret@host"}, "endpoint"),
        ("eventbridge", {"endpoint": "ftp://host"}, "endpoint"),
        ("eventbridge", {"bus": "b us"}, "bus"),
        ("eventbridge", {"region": "x y"}, "region"),
        ("eventbridge", {"secret_access_key": "AKIA0000"}, "secret_access_key"),
        ("eventbridge", {"access_key_id": "env:ID"}, "secret_access_key"),
        ("eventbridge", {"max_entry_bytes": 2_000_000}, "max_entry_bytes"),
        ("carrier-pigeon", {}, ""),
    ],
)
def test_it_names_the_place_of_a_problem(kind: str, config: dict[str, Any], place: str) -> None:
    assert [problem.place for problem in validate_config(kind, config)] == [place]


def test_it_reports_all_problems_at_once_without_quoting_values() -> None:
    problems = validate_config("nats", {"password": "hunter2", "usr": "x", "replicas": 9})

    assert {problem.place for problem in problems} == {"password", "usr", "replicas"}
    assert "hunter2" not in str(problems)


def test_no_publisher_is_made_of_a_config_with_problems() -> None:
    with pytest.raises(ConfigError):
        make_publisher("memory", {"x": 1}, name="m", ack_wait=1, in_flight_limit=1)


@pytest.mark.parametrize(
    "text", ["hunter2", "env:", "env:A B", "file:relative", "file:", "http://x", "ENV:A", "env:A=b"]
)
def test_what_may_be_the_secret_itself_is_no_reference(text: str) -> None:
    assert parse_reference(text) is None


def test_a_secret_is_read_when_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    from_file, from_environment = parse_reference(f"file:{path}"), parse_reference("env:A_SECRET")
    path.write_text("one\n")
    monkeypatch.setenv("A_SECRET", "two")

    assert from_file is not None
    assert from_environment is not None
    assert (from_file.resolve(), from_environment.resolve()) == ("one", "two")


@pytest.mark.parametrize("reference", [SecretRef("env", "NOT_THERE"), SecretRef("file", "/not/there")])
def test_a_secret_that_is_missing_is_an_error_of_its_own(reference: SecretRef) -> None:
    with pytest.raises(SecretMissingError):
        reference.resolve()
