"""This machine and this process: versions, settings, room on the disk."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.core.checks import ERROR, run_checks

from controlplane.doctor.finding import Finding, error, good, warning
from controlplane.version import BUILD

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
SERIES = (5, 2)
LEAST_FREE_BYTES = 1 << 30
LEAST_FREE_SHARE = 0.05
# Django's words for what controlplane.E001 and E002 say.
OURS_SAYS_IT = frozenset({"security.W009", "security.W018"})


def versions() -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        yield error("python", f"Python {python}", "Use Python 3.11 to 3.14.")
    else:
        yield good("python", f"Python {python}, code {BUILD}")
    if django.VERSION[:2] != SERIES:
        yield error("django", f"Django {django.__version__}", "Install what requirements.txt pins: Django 5.2 LTS.")
    else:
        yield good("django", f"Django {django.__version__}")


def system_checks() -> Iterator[Finding]:
    """Django's checks and ours; those of a deployment too, unless this is for development."""
    deployed = settings.ENVIRONMENT != "development"
    found = [each for each in run_checks(include_deployment_checks=deployed) if each.id not in OURS_SAYS_IT]
    for message in found:
        tell = error if message.level >= ERROR else warning
        # Hints of Django are paragraphs.
        yield tell(str(message.id), " ".join(message.msg.split()), " ".join((message.hint or "").split()))
    if not found:
        yield good("settings", f"the settings fit the environment {settings.ENVIRONMENT}")


def disk() -> Iterator[Finding]:
    database = settings.DATABASES["default"]
    embedded = database["ENGINE"] == "django.db.backends.sqlite3"
    place = Path(str(database["NAME"])).parent if embedded else Path(settings.BASE_DIR)
    usage = shutil.disk_usage(place if place.is_dir() else settings.BASE_DIR)
    what = f"{usage.free / (1 << 30):.1f} GiB of {usage.total / (1 << 30):.0f} are free"
    if usage.free < LEAST_FREE_BYTES or usage.free < usage.total * LEAST_FREE_SHARE:
        yield warning("disk", what, "Make room: a full disk stops the database, JetStream and logs.")
    else:
        yield good("disk", what)
