"""Carrying out the schedule: each fault in a thread of its own, those that touch the same thing one after the other."""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from random import Random

from benchmarks.chaos.faults import FAULTS, Fault
from benchmarks.chaos.schedule import Step
from benchmarks.chaos.world import Say, World

LONGEST_SECONDS = 60.0


class Inflictor:
    """`done` counts the faults that happened, `broken` says which failed as programs."""

    def __init__(self, world: World, say: Say) -> None:
        self.done: Counter[str] = Counter()
        self.broken: list[str] = []
        self._world = world
        self._say = say
        self._locks = {fault.touches: threading.Lock() for fault in FAULTS.values() if fault.touches}
        self._threads: list[threading.Thread] = []

    def follow(self, steps: Iterable[Step], seconds: float) -> None:
        """Returns when `seconds` of load are over; faults may still be under way."""
        begun = time.monotonic()
        for step in steps:
            time.sleep(max(0.0, begun + step.at - time.monotonic()))
            self._start(step)
        time.sleep(max(0.0, begun + seconds - time.monotonic()))

    def finish(self) -> None:
        """Let all faults end."""
        self._world.quiet.set()
        for thread in self._threads:
            thread.join(LONGEST_SECONDS)
            if thread.is_alive():
                self.broken.append(f"{thread.name}: does not end")

    def _start(self, step: Step) -> None:
        thread = threading.Thread(target=self._inflict, args=(step,), name=step.fault, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _inflict(self, step: Step) -> None:
        fault: Fault = FAULTS[step.fault]
        with self._locks.get(fault.touches, nullcontext()):
            if self._world.quiet.is_set():
                return
            begun = time.monotonic()
            try:
                remark = fault.harm(self._world, Random(step.seed))
            except Exception as error:  # noqa: BLE001 - a fault that fails is a finding; it must not end its thread unseen
                self.broken.append(f"{step.fault}: {type(error).__name__}: {error}")
                return
        self.done[step.fault] += 1
        self._say(f"{step}: {remark or 'done'} ({time.monotonic() - begun:.1f} s)")
