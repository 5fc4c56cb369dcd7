"""The registry. One more fault is a function with `@fault` in a module here: it does its harm, rests, and undoes it.

`touches` names what it harms, so that two faults never touch it at once; workers have a lock each. `chance` is the
fault's own, from the schedule.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.chaos.world import World

Harm = Callable[[World, Random], str]


@dataclass(frozen=True, slots=True)
class Fault:
    """`harm` returns a word on what it did."""

    name: str
    touches: str
    harm: Harm


FAULTS: dict[str, Fault] = {}


def fault(*, touches: str = "", name: str = "") -> Callable[[Harm], Harm]:
    def register(harm: Harm) -> Harm:
        known = name or harm.__name__.replace("_", " ")
        FAULTS[known] = Fault(known, touches, harm)
        return harm

    return register
