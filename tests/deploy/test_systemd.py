"""The systemd units: one per process, each confined, each stopped with time to finish."""

import shutil
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, UNITS, run, unit

NAMES = [path.stem.removeprefix("event-control-plane-") for path in UNITS]
BY_NAME = dict(zip(NAMES, map(unit, UNITS), strict=True))
CONFINED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "RestrictNamespaces": "yes",
    "SystemCallFilter": "@system-service",
}


def test_every_process_has_a_unit() -> None:
    assert set(NAMES) == {"web", "worker", "relay", "beat", "migrate"}


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_is_confined(name: str) -> None:
    directives = BY_NAME[name]

    assert {key: directives[key][-1] for key in CONFINED} == CONFINED
    assert directives["User"] == ["event-control-plane"]
    assert directives["EnvironmentFile"] == ["/etc/event-control-plane/environment"]


@pytest.mark.parametrize("name", NAMES)
def test_h46_secrets_come_as_credentials(name: str) -> None:
    credentials = {value.partition(":")[0] for value in BY_NAME[name]["LoadCredential"]}

    # The key-encryption key is for those alone who take events in, and who re-encrypt.
    keys = {"pii_kek"} if name in ("web", "worker") else set()
    assert credentials == {"secret_key", "database_url", "redis_url"} | keys


@pytest.mark.parametrize("name", ["web", "worker", "relay"])
def test_h15_who_is_stopped_may_finish(name: str) -> None:
    assert int(BY_NAME[name]["TimeoutStopSec"][0]) > 30
    assert BY_NAME[name]["KillMode"] == ["mixed"]


@pytest.mark.parametrize("name", ["web", "worker", "relay", "beat"])
def test_who_dies_is_started_again_for_ever(name: str) -> None:
    assert BY_NAME[name]["Restart"] == ["always"]
    assert BY_NAME[name]["StartLimitIntervalSec"] == ["0"]


def test_the_target_wants_all_that_stays() -> None:
    wanted = unit(DEPLOY / "systemd" / "event-control-plane.target")["Wants"]

    names = {name for line in wanted for name in line.split()}
    assert names == {f"event-control-plane-{name}.service" for name in ("web", "worker", "relay", "beat")}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not there to verify its units")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    """With a program that is there in the place of those that are installed on a real machine."""
    for path in [*UNITS, DEPLOY / "systemd" / "event-control-plane.target"]:
        lines = path.read_text().splitlines()
        here = ["ExecStart=/bin/true" if line.startswith("ExecStart=") else line for line in lines]
        (tmp_path / path.name).write_text("\n".join(here))

    answer = run("systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir())))

    assert answer.returncode == 0, answer.stderr
    assert "event-control-plane" not in answer.stderr
