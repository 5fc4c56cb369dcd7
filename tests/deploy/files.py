"""What is in deploy/, read."""

import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = ROOT / "controlplane" / "settings.py"
APP = ("migrate", "web", "worker", "relay", "beat")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))

# Read by the libraries, or by our own code outside settings.py; each is in docs/operations.md.
OF_LIBRARIES = {"PROMETHEUS_MULTIPROC_DIR", "WEB_CONCURRENCY", "METRICS_PORT", "METRICS_HOST"}
OF_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE"}


@cache
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


@cache
def manifests() -> list[dict[str, Any]]:
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [each for path in files for each in yaml.safe_load_all(path.read_text())]


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [each for each in manifests() if each["kind"] in kinds]


def pods() -> dict[str, dict[str, Any]]:
    """The pod of each workload, by the workload's name."""
    return {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in of_kind("Deployment", "Job")}


def settings_read() -> set[str]:
    """Every variable that settings.py reads."""
    return set(re.findall(r"""env\.\w+\(\s*"([A-Z_]+)\"""", SETTINGS.read_text()))


def unit(path: Path) -> dict[str, list[str]]:
    """The directives of a unit, all sections together."""
    directives: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            directives.setdefault(name, []).append(value)
    return directives


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """In the root of the checkout."""
    return subprocess.run(
        words, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
