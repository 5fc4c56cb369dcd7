"""Stay with an act on many until it is over, and do it oneself where no worker does."""

import time
from collections.abc import Callable

from dlq.models import Operation
from dlq.operations.run import run

TURN_SECONDS = 0.5


def follow(operation: Operation, tell: Callable[[Operation], None]) -> None:
    """Returns when it is over. `tell` hears how far it is, about twice a second."""
    while operation.open:
        wait = run(operation.pk, seconds=TURN_SECONDS)
        operation.refresh_from_db()
        tell(operation)
        if operation.open:
            # It keeps a rate; or somebody else works on it, or did and died.
            time.sleep(TURN_SECONDS if wait is None else min(wait, TURN_SECONDS))
