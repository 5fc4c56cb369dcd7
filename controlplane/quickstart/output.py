"""One terminal for many processes: whole lines, each with the name of who wrote it."""

import re
import sys
import threading
from collections.abc import Callable

WIDTH = 10
# Beat's tick and what becomes of it: the same three lines every second, from which nobody learns anything.
PULSE = re.compile(r"INFO.*(Sending due task (drain|check dest)|Task routing\.tasks\.\w+\[|Discarding revoked task)")

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Output:
    """Prints; until `release` the lines of children are kept, so that the banner stands above them."""

    def __init__(self, write: Callable[[str], object] = sys.stdout.write) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._kept: list[str] | None = []

    def say(self, text: str) -> None:
        with self._lock:
            self._print(text)

    def sink(self, name: str) -> Callable[[str], None]:
        """What a child called `name` writes its lines to; all are printed but those of the pulse."""

        def write(line: str) -> None:
            if PULSE.search(line):
                return
            text = f"{name:{WIDTH}}| {COLOUR.sub('', line)}"
            with self._lock:
                if self._kept is None:
                    self._print(text)
                else:
                    self._kept.append(text)

        return write

    def release(self) -> None:
        """Print what was kept, and from now on everything at once."""
        with self._lock:
            for text in self._kept or []:
                self._print(text)
            self._kept = None

    def _print(self, text: str) -> None:
        self._write(text + "\n")
        sys.stdout.flush()
