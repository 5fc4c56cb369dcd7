"""Secrets by reference: a config says `env:NAME` or `file:/path`; the value is read only when a connection is made."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


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
    """`env:NAME` or `file:/absolute/path`; anything else is None, because it may be the secret itself."""
    scheme, _, place = text.partition(":")
    if scheme == "env" and ENV_NAME.fullmatch(place):
        return SecretRef(scheme, place)
    if scheme == "file" and place.startswith("/") and "\0" not in place:
        return SecretRef(scheme, place)
    return None
