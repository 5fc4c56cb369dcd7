"""Whether this worker has been asked to end, as seen by the pool's processes too.

Celery tells only the worker's first process; a running task in a forked one hears nothing. One byte of memory that
both share carries the word. It must be made before the fork, so at import.
"""

import mmap

_flag = mmap.mmap(-1, 1)


def request() -> None:
    """Ask running drains to end after the batch they have in hand. Nothing takes it back."""
    _flag[0] = 1


def requested() -> bool:
    return _flag[0] == 1
