"""Ctrl-C, SIGTERM and a closed terminal end the demo in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from controlplane.quickstart.errors import StoppedError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """The first of the signals raises StoppedError in the main thread; later ones are ignored."""

    def stop(number: int, _frame: object) -> None:
        ignore_signals()
        raise StoppedError(signal.Signals(number).name)

    before = {number: signal.signal(number, stop) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_signals() -> None:
    """From here on nothing interrupts: the end has begun."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
