"""What is done about something personal, and where."""

from collections.abc import Mapping
from enum import StrEnum


class Action(StrEnum):
    """The later, the stricter."""

    # As a kind's: an Enum's own is written in Python.
    __hash__ = str.__hash__

    LOG = "LOG"
    REDACT = "REDACT"
    ANONYMIZE = "ANONYMIZE"
    ENCRYPT = "ENCRYPT"
    BLOCK = "BLOCK"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {action: rank for rank, action in enumerate(Action)}


class Environment(StrEnum):
    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


DEFAULTS: Mapping[Environment, Action] = {
    Environment.DEVELOPMENT: Action.LOG,
    Environment.STAGING: Action.ANONYMIZE,
    Environment.PRODUCTION: Action.ENCRYPT,
}
"""Where no policy says anything."""
_BY_NAME = {environment.value: environment for environment in Environment}


def environment_of(name: str | None) -> Environment:
    """The environment of this very name; anything else is production, the strictest."""
    return _BY_NAME.get(name or "", Environment.PRODUCTION)
