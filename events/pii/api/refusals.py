"""What refused acts on policies are answered with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from events.api.etags import stale
from events.api.problems import Problem
from events.pii.policies.errors import PoliciesUnreadableError, PolicyError
from events.pii.publishing.drafts import NAME_TAKEN
from events.problem import Problem as Found
from events.problem import RefusedError
from events.publishing.errors import Problem as Unpublishable
from events.revision import EditConflictError


@contextmanager
def as_problems() -> Iterator[None]:
    """Raises Problem for whatever an act was refused for."""
    try:
        yield
    except EditConflictError as error:
        raise stale(error) from error
    except RefusedError as error:
        raise refused(error.problems) from error


@contextmanager
def readable() -> Iterator[None]:
    """Raises PoliciesUnreadableError where policies are none of this release's: nothing is decided by a guess."""
    try:
        yield
    except PolicyError as error:
        raise PoliciesUnreadableError from error


def refused(problems: Iterable[Found], place: str = "") -> Problem:
    found = list(problems)
    faults = [{"pointer": place + one.place, "code": "invalid", "detail": one.message} for one in found]
    if set(found) <= {NAME_TAKEN}:
        return Problem(409, "name-taken", "Name taken", "another one has this name", errors=faults)
    return Problem(400, "invalid", "Bad Request", f"{len(faults)} values are invalid", errors=faults)


def faults_of(problems: Iterable[Unpublishable]) -> list[dict[str, str]]:
    """`pointer` is the place in the snapshot."""
    return [{"pointer": one.place, "code": "invalid", "detail": one.message} for one in problems]
