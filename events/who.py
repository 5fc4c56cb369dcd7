"""Who acts: a person in the admin, a program by its API key, or nobody in particular (a command)."""

from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is: `request.user` and `request.auth` of the API."""

    key_id: int
    name: str
    tenant: str
    scopes: frozenset[str]

    is_authenticated = True
    is_active = True

    @property
    def pk(self) -> int:
        return self.key_id


class HeldKey(NamedTuple):
    """An API key that held good a while ago. What is done for it asks again: it may have been revoked since."""

    prefix: str
    digest: str


Actor = User | Caller | None


def named(by: Actor) -> str:
    """As logs and records may name them: `user 1`, `API key 2`; a name would be personal data."""
    if by is None:
        return "a command"
    return f"API key {by.key_id}" if isinstance(by, Caller) else f"user {by.pk}"


def tenant_of(by: Actor) -> str:
    """The tenant an act is done for; "" for people and commands, who belong to none."""
    return by.tenant if isinstance(by, Caller) else ""
