"""What a destination's secrets may refer to."""

from pathlib import Path

import pytest
from pytest_django import Settings

from routing.publishers.secrets import SecretRef, parse_reference


def test_it_takes_a_variable_and_an_absolute_path() -> None:
    assert parse_reference("env:NATS_TOKEN") == SecretRef("env", "NATS_TOKEN")
    assert parse_reference("file:/run/secrets/nats") == SecretRef("file", "/run/secrets/nats")


@pytest.mark.parametrize(
    "text", ["s3cret", "env:", "env:A-B", "file:relative", "file:/a\0b", "vault:/a", "ENV:NAME", ""]
)
def test_anything_else_may_be_the_secret_itself(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "env:SECRET_KEY",
        "env:DATABASE_URL",
        "env:REDIS_URL_FILE",
        "file:/proc/self/environ",
        "file:/run/../proc/self/environ",
        "file://proc/1/environ",
        "file:/dev/stdin",
    ],
)
def test_the_products_own_secrets_are_never_sent_to_a_server(text: str) -> None:
    assert parse_reference(text) is None


def test_a_file_that_holds_one_of_them_is_not_meant_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, link = tmp_path / "key", tmp_path / "innocent"
    held.write_text("the key")
    link.symlink_to(held)
    monkeypatch.setenv("SECRET_KEY_FILE", str(held))

    assert parse_reference(f"file:{held}") is None
    assert parse_reference(f"file:{link}") is None


def test_an_installation_can_narrow_them_down(settings: Settings) -> None:
    settings.SECRET_REFERENCES = ["env:ECP_", "file:/run/secrets/"]

    assert parse_reference("env:ECP_NATS") is not None
    assert parse_reference("file:/run/secrets/nats") is not None
    assert parse_reference("env:NATS") is None
    assert parse_reference("file:/run/secrets/../../etc/passwd") is None
