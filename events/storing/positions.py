"""Where the events of a call stand in the call they are the rest of."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from events.schemas.admission.decision import NotAdmittedError
from events.storing.errors import Conflict


@contextmanager
def counted_among(positions: Sequence[int], size: int) -> Iterator[None]:
    """Errors name events by their places among all `size` of them; the one at index i of the rest is `positions[i]`."""
    try:
        yield
    except Conflict as error:
        raise Conflict([positions[index] for index in error.indexes]) from error
    except NotAdmittedError as error:
        refusals = [replace(refusal, index=positions[refusal.index]) for refusal in error.refusals]
        raise NotAdmittedError(refusals, size) from error
