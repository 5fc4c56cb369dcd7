"""Inside a relay worker: `settings.RELAY_OBSERVER` names `observe`, which carries out the one order that may be there.

An order is a JSON file at CHAOS_ORDERS: `{"step", "action", "delay"}`. Whoever takes it renames it first, so that it is
carried out once and the controller learns by which process: `<order>.<pid>`.
"""

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

ORDER = os.environ.get("CHAOS_ORDERS", "")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_with_parent() -> None:
    """The whole Celery worker, not only the process that drains."""
    os.kill(os.getppid(), signal.SIGKILL)
    die()


def stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


ACTIONS: dict[str, Callable[[], None]] = {"kill": die, "kill worker": die_with_parent, "stop": stop}


def observe(step: str) -> None:
    with suppress(FileNotFoundError):
        carry_out(step)


def carry_out(step: str) -> None:
    """Raises FileNotFoundError when nothing is ordered, or another process was faster."""
    with open(ORDER) as file:
        order = json.load(file)
    if order["step"] != step:
        return
    os.rename(ORDER, f"{ORDER}.{os.getpid()}")
    time.sleep(order["delay"])
    ACTIONS[order["action"]]()
