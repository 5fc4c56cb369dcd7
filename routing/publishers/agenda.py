"""Calls to be made later, by one thread, in the order of their time."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Call = Callable[[], None]


class Agenda:
    """One daemon thread, started with the first call. Calls due at the same time are made in the order they came."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._calls: list[tuple[float, int, Call]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None
        self._closed = False

    def after(self, seconds: float, call: Call) -> None:
        with self._changed:
            if self._closed:
                return
            heapq.heappush(self._calls, (time.monotonic() + seconds, next(self._numbers), call))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Forget what is not yet due and wait for the call being made, unless that call is what closes."""
        with self._changed:
            self._closed = True
            self._calls.clear()
            self._changed.notify()
        if self._thread not in (None, threading.current_thread()):
            self._thread.join()

    def _run(self) -> None:
        while (call := self._next()) is not None:
            call()

    def _next(self) -> Call | None:
        with self._changed:
            while not self._closed:
                wait = self._calls[0][0] - time.monotonic() if self._calls else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._calls)[2]
                self._changed.wait(wait)
        return None
