"""compose.yaml: who starts after whom, what each may do, and that no secret is in it."""

import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.files import APP, DEPLOY, compose

SERVICES = compose()["services"]
APPS = [SERVICES[name] for name in APP]


def test_everything_that_serves_is_there() -> None:
    assert set(SERVICES) == {"postgres", "redis", "nats", *APP}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_can_write_or_gain_privileges(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_service_that_stays_is_watched(name: str) -> None:
    assert SERVICES[name]["healthcheck"].get("test") or SERVICES[name]["healthcheck"] == {"disable": True}


def test_nothing_of_ours_runs_as_root() -> None:
    assert {service["user"] for service in APPS} == {"10001:10001"}


def test_they_start_when_the_database_is_migrated() -> None:
    for name in ("web", "worker", "relay", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@pytest.mark.parametrize("name", ["web", "relay", "worker"])
def test_h15_who_is_stopped_may_finish(name: str) -> None:
    """Longer than a lease of ten seconds and what gunicorn grants a request."""
    assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 30


def test_only_the_web_is_reached_from_outside_and_only_on_loopback() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(published) == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_h46_no_secret_is_in_the_file() -> None:
    text = (DEPLOY / "compose.yaml").read_text()

    assert not re.search(r"(PASSWORD|SECRET_KEY|DATABASE_URL|REDIS_URL)\s*[:=]\s*[^\s/]", text)
    assert all(set(secret) == {"file"} for secret in compose()["secrets"].values())


def test_every_secret_that_is_used_is_declared_and_used() -> None:
    used = {name for service in SERVICES.values() for name in service.get("secrets", [])}

    assert used == set(compose()["secrets"])


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """What the script makes, beside a copy of it."""
    script = tmp_path / "make-secrets.sh"
    script.write_text((DEPLOY / "make-secrets.sh").read_text())
    for _ in range(2):
        subprocess.run(["sh", str(script)], check=True, capture_output=True)
    return tmp_path / "secrets"


def test_the_script_makes_every_secret(secrets: Path) -> None:
    wanted = {Path(secret["file"]).name for secret in compose()["secrets"].values()}

    assert {path.name for path in secrets.iterdir()} == wanted
    assert all(path.read_text() for path in secrets.iterdir())


def test_secrets_are_random_and_fit_together(secrets: Path) -> None:
    read: dict[str, Any] = {path.name: path.read_text() for path in secrets.iterdir()}
    passwords = [read[name] for name in ("postgres_password", "redis_password", "nats_password", "secret_key")]

    assert len(set(passwords)) == 4
    assert all(len(password) == 64 for password in passwords)
    assert read["postgres_password"] in read["database_url"]
    assert read["redis_password"] in read["redis_url"]
    assert f"requirepass {read['redis_password']}" in read["redis_conf"]
    assert read["nats_password"] in read["nats_conf"]
    assert "sync_interval: always" in read["nats_conf"]


def test_others_on_the_machine_cannot_reach_them(secrets: Path) -> None:
    assert stat.S_IMODE(os.stat(secrets).st_mode) == 0o700


def test_a_second_run_keeps_them(secrets: Path) -> None:
    before = (secrets / "secret_key").read_text()

    subprocess.run(["sh", str(secrets.parent / "make-secrets.sh")], check=True, capture_output=True)

    assert (secrets / "secret_key").read_text() == before


def test_they_are_not_committed() -> None:
    assert (DEPLOY / ".gitignore").read_text() == "secrets/\n"
