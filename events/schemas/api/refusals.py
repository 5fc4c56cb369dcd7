"""What refused acts on the registry are answered with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from events.api.etags import stale
from events.api.problems import Problem
from events.problem import Problem as Found
from events.problem import RefusedError
from events.revision import EditConflictError
from events.schemas.errors import TAKEN, ComparisonStaleError, StatusError, TypeInUseError


@contextmanager
def as_problems() -> Iterator[None]:
    """Raises Problem for whatever an act was refused for."""
    try:
        yield
    except EditConflictError as error:
        raise stale(error) from error
    except RefusedError as error:
        raise refused(error.problems) from error
    except TypeInUseError as error:
        faults = [{"code": "in-use", "detail": reason} for reason in error.reasons]
        raise Problem(409, "type-in-use", "Type in use", "its versions were activated", errors=faults) from error
    except StatusError as error:
        raise Problem(409, "wrong-status", "Wrong status", f"it is {error.status}: {error}") from error
    except ComparisonStaleError as error:
        raise Problem(409, "comparison-stale", "Compared with another version", str(error)) from error


def refused(problems: Iterable[Found]) -> Problem:
    faults = [{"pointer": place, "code": "invalid", "detail": message} for place, message in problems]
    if set(problems) <= TAKEN:
        return Problem(409, "name-taken", "Name taken", "another one has it", errors=faults)
    return Problem(400, "invalid", "Bad Request", f"{len(faults)} values are invalid", errors=faults)
