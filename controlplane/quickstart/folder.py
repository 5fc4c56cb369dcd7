"""The demo's folder: its lock, the secrets that the next start needs again, and what tells scripts where things are."""

import base64
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from controlplane.quickstart.errors import QuickstartError


class Folder:
    """`.quickstart`, private to its owner. `memory` survives from start to start."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.services = root / "services.json"
        self.variables = root / "env.sh"
        self._memory = root / "memory.json"
        self._lock: IO[str] | None = None

    def open(self) -> None:
        """Make it, and hold it against a second demo and a reset. Raises QuickstartError."""
        self.part("tmp")
        self.root.chmod(0o700)
        self._lock = (self.root / "lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.close()
            raise QuickstartError("The demo is running already: see .quickstart/services.json.") from None
        # Written when all is ready: who waits for the file must not find the last run's.
        self.services.unlink(missing_ok=True)

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()

    def part(self, name: str) -> Path:
        """A folder in it, made when it is not there."""
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def emptied(self, name: str) -> Path:
        """A folder in it, with nothing of an earlier start."""
        shutil.rmtree(self.root / name, ignore_errors=True)
        return self.part(name)

    def recall(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            known: dict[str, Any] = json.loads(self._memory.read_text())
            return known
        return {}

    def remember(self, **facts: Any) -> None:
        write_private(self._memory, json.dumps({**self.recall(), **facts}, indent=1))

    def secret_key(self) -> str:
        """The key that signs sessions: made once, so that a restart logs nobody out."""
        return self._made_once("secret_key", lambda: secrets.token_urlsafe(48))

    def key_encryption_key(self) -> str:
        """What wraps the keys for personal data: without it what they encrypted is gone."""
        return self._made_once("pii_kek", lambda: base64.b64encode(secrets.token_bytes(32)).decode())

    def _made_once(self, name: str, make: Callable[[], str]) -> str:
        known = self.recall().get(name)
        if not isinstance(known, str):
            known = make()
            self.remember(**{name: known})
        return known


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, readable by its owner only at any moment."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text + "\n")
    fresh.replace(path)
