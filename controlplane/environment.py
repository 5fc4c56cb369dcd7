"""Which environment this is, as whoever starts it names it: what is no name is taken for production."""

import structlog
from environ.fileaware_mapping import FileAwareMapping

log = structlog.get_logger(__name__)

NAMES = ("development", "staging", "production")
HINT = "Set ENVIRONMENT."


def misnamed() -> str | None:
    """What is wrong with the name; None for a good one."""
    # Without a cache: the settings have theirs from when they were read.
    given = str(FileAwareMapping(cache=False).get("ENVIRONMENT", ""))
    if given in NAMES:
        return None
    says = f"ENVIRONMENT is {given!r}, which is none of {', '.join(NAMES)}." if given else "ENVIRONMENT is not set."
    return f"{says} It is taken for production."


def warn_if_misnamed() -> None:
    """One line at the start of a server: else only whoever runs the checks would know."""
    if wrong := misnamed():
        log.warning("environment.misnamed", message=wrong, hint=HINT)
