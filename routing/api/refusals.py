"""What refused configuration is answered with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from events.api.etags import stale
from events.api.problems import Problem
from events.problem import RefusedError
from events.publishing.errors import Problem as Unpublishable
from events.revision import EditConflictError
from routing import destination_config, rules
from routing.destinations import DestinationInUseError

TAKEN = {rules.NAME_TAKEN, destination_config.NAME_TAKEN}


@contextmanager
def as_problems() -> Iterator[None]:
    """Raises Problem for whatever configuration was refused for."""
    try:
        yield
    except EditConflictError as error:
        raise stale(error) from error
    except RefusedError as error:
        raise _refused(error) from error
    except DestinationInUseError as error:
        raise _in_use(error) from error


def _refused(error: RefusedError) -> Problem:
    faults = [{"pointer": place, "code": "invalid", "detail": message} for place, message in error.problems]
    if set(error.problems) <= TAKEN:
        return Problem(409, "name-taken", "Name taken", "another one has this name", errors=faults)
    return Problem(400, "invalid", "Bad Request", f"{len(faults)} values are invalid", errors=faults)


def _in_use(error: DestinationInUseError) -> Problem:
    faults = [{"code": "in-use", "detail": reason} for reason in error.reasons]
    return Problem(409, "destination-in-use", "Destination in use", "something still names it", errors=faults)


def faults_of(problems: Iterable[Unpublishable]) -> list[dict[str, str]]:
    """`pointer` is the place within the rule that `rule` names."""
    return [{"rule": one.name, "pointer": one.place, "code": "invalid", "detail": one.message} for one in problems]
