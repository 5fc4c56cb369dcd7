"""EventBridge at its worst."""

from collections.abc import Callable
from random import Random

from benchmarks.chaos.faults.registry import fault
from benchmarks.chaos.ledger import MALFORMED
from benchmarks.chaos.world import World
from benchmarks.eventbridge_stub import Behaviour

REFUSED = {MALFORMED: "MalformedDetail"}
NORMAL = Behaviour(fail=REFUSED)
"""What the stand-in does all the time: it refuses malformed events for good."""


def misbehaviour(name: str, seconds: tuple[float, float], make: Callable[[Random], Behaviour]) -> None:
    @fault(touches="bus", name=name)
    def harm(world: World, chance: Random) -> str:
        world.misbehave(make(chance))
        world.rest(chance.uniform(*seconds))
        world.misbehave(NORMAL)
        return ""


misbehaviour("EventBridge throttles", (1.0, 4.0), lambda _: Behaviour(throttle=True))
misbehaviour("EventBridge hangs", (1.0, 5.0), lambda _: Behaviour(hang=True))
misbehaviour("EventBridge takes and breaks off", (0.5, 3.0), lambda _: Behaviour(mute=True, fail=REFUSED))
misbehaviour("EventBridge answers too late", (1.0, 3.0), lambda _: Behaviour(delay_seconds=4.0, fail=REFUSED))
misbehaviour("EventBridge is down", (0.5, 3.0), lambda _: Behaviour(refuse="ServiceUnavailable", status=503))
misbehaviour(
    "EventBridge fails entries", (2.0, 5.0), lambda chance: Behaviour(fail_every=chance.randint(2, 6), fail=REFUSED)
)
