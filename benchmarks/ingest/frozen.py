"""Events that a benchmark has made beforehand are no garbage of what it measures."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def frozen() -> Iterator[None]:
    """What is there already is left out of account by the collector, which would else walk through it again and again.

    No service holds ten thousand events that it has not handed in yet.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
