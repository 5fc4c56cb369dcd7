"""The unprivileged account that a server runs under when we are root."""

import os
import pwd
from dataclasses import dataclass

from controlplane.embedded.errors import EmbeddedError

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    uid: int
    gid: int


def unprivileged() -> Account | None:
    """None when we are not root and need no other account. Never creates one."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(f"PostgreSQL refuses to run as root, and none of the users {', '.join(CANDIDATES)} exists.")
