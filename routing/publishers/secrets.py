"""Secrets by reference: a config says `env:NAME` or `file:/path`; the value is read only when a connection is made.

Who may edit destinations chooses both the reference and the server it is sent to. The product's own secrets are
therefore never meant, and SECRET_REFERENCES can narrow down what may be.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OWN_NAMES = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "PII_KEK")
# The kernel shows every process's environment there.
OWN_FOLDERS = ("/proc", "/sys", "/dev")


class SecretMissingError(Exception):
    """A referenced secret cannot be read, or is empty."""


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret is. Two references to one place are equal; neither knows the value."""

    scheme: str
    place: str = field(repr=False)

    def resolve(self) -> str:
        """The secret itself, without the newline a file ends with. Raises SecretMissingError."""
        value = os.environ.get(self.place, "") if self.scheme == "env" else self._read()
        if not value:
            raise SecretMissingError(f"the secret at {self.scheme}: is missing or empty")
        return value

    def _read(self) -> str:
        try:
            return Path(self.place).read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError):
            return ""


def parse_reference(text: str) -> SecretRef | None:
    """`env:NAME` or `file:/absolute/path`; anything else is None, because it may be the secret itself.

    None as well for what is not within SECRET_REFERENCES, and for the product's own.
    """
    scheme, _, place = text.partition(":")
    well_formed = ENV_NAME.fullmatch(place) if scheme == "env" else place.startswith("/") and "\0" not in place
    if scheme not in {"env", "file"} or not well_formed or _is_own(scheme, place):
        return None
    within = place if scheme == "env" else os.path.normpath(place)
    return SecretRef(scheme, place) if f"{scheme}:{within}".startswith(tuple(settings.SECRET_REFERENCES)) else None


def _is_own(scheme: str, place: str) -> bool:
    if scheme == "env":
        return place.removesuffix("_FILE") in OWN_NAMES
    path = os.path.realpath(place)
    own = {os.path.realpath(os.environ[f"{name}_FILE"]) for name in OWN_NAMES if f"{name}_FILE" in os.environ}
    return path in own or any(Path(path).is_relative_to(folder) for folder in OWN_FOLDERS)
