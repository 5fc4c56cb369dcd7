"""What deploy/ and the documents name is what the code has: variables, commands, queues, alerts, log events."""

import re
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from controlplane.celery import RELAY_QUEUE
from tests.deploy.files import (
    APP,
    DEPLOY,
    OF_LIBRARIES,
    OF_PYTHON,
    ROOT,
    UNITS,
    compose,
    manifests,
    pods,
    settings_read,
    unit,
)

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
KNOWN = settings_read() | OF_LIBRARIES | OF_PYTHON


def of_compose() -> set[str]:
    return {name for each in APP for name in compose()["services"][each]["environment"]}


def of_kubernetes() -> set[str]:
    names = {
        variable["name"] for pod in pods().values() for each in pod["containers"] for variable in each.get("env", [])
    }
    literals = [word for each in manifests() for one in each.get("configMapGenerator", []) for word in one["literals"]]
    return names | {word.partition("=")[0] for word in literals}


def of_systemd() -> set[str]:
    pairs = [word for path in UNITS for line in unit(path).get("Environment", []) for word in line.split()]
    lines = (DEPLOY / "systemd" / "environment.example").read_text().splitlines()
    pairs += [line for line in lines if line and not line.startswith("#")]
    return {word.partition("=")[0] for word in pairs}


def of_image() -> set[str]:
    final = (DEPLOY / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    return set(re.findall(r"([A-Z_]+)=", "\n".join(re.findall(r"^ENV (.*)$", final, re.MULTILINE))))


@pytest.mark.parametrize("named", [of_compose, of_kubernetes, of_systemd, of_image], ids=lambda each: each.__name__)
def test_every_variable_that_is_set_is_read(named: object) -> None:
    assert callable(named)
    unknown = {name for name in named() if name not in KNOWN and name.removesuffix("_FILE") not in KNOWN}

    assert unknown == set()


def commands() -> list[list[str]]:
    ours = [compose()["services"][name]["command"] for name in APP if "command" in compose()["services"][name]]
    ours += [
        each["command"] for pod in pods().values() for each in (*pod["containers"], *pod.get("initContainers", []))
    ]
    return ours + [re.split(r"\s+", unit(path)["ExecStart"][0]) for path in UNITS]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_program_and_command_is_there(command: list[str]) -> None:
    program = Path(command[0]).name

    assert (Path(sys.executable).parent / program).exists()
    if program == "python":
        assert command[1] == "manage.py"
        assert command[2] in get_commands()
    if program == "celery" and "worker" in command:
        assert command[command.index("-Q") + 1] in {"celery", RELAY_QUEUE}


def test_the_configuration_of_gunicorn_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]
    from gunicorn.util import import_app  # type: ignore[import-untyped]

    # It reads the command line, and that of the tests is not meant for it.
    monkeypatch.setattr("sys.argv", ["gunicorn", "controlplane.wsgi:application"])
    assert import_app("controlplane.wsgi:application")
    application = WSGIApplication("%(prog)s", prog="gunicorn")
    application.load_config_from_module_name_or_filename("python:controlplane.gunicorn")

    assert application.cfg.threads == 4
    assert application.cfg.control_socket_disable is True


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", OPERATIONS, re.MULTILINE))

    assert documented == settings_read() | OF_LIBRARIES


def test_every_alert_is_explained_under_its_name() -> None:
    alerts = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())
    names = {rule["alert"] for group in alerts["groups"] for rule in group["rules"] if "alert" in rule}

    assert names <= set(re.findall(r"^### (\w+)$", OPERATIONS, re.MULTILINE))


def test_every_log_event_is_listed() -> None:
    said: set[str] = set()
    for package in ("controlplane", "dlq", "events", "routing"):
        for path in (ROOT / package).rglob("*.py"):
            text = path.read_text()
            said |= set(re.findall(r"""\blog\.\w+\(\s*"([a-z_]+\.[a-z_]+)\"""", text))

    missing = {name for name in said if f"`{name}`" not in OPERATIONS}
    assert missing == set()
