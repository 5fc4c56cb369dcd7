"""Harm to the relay's workers: killed or paused at a labelled step, or wherever they are."""

import os
import signal
from contextlib import suppress
from random import Random

from benchmarks.chaos.faults.registry import Harm, fault
from benchmarks.chaos.orders import carry_out
from benchmarks.chaos.world import LEASE_SECONDS, World

PATIENCE_SECONDS = 6.0


def killer(step: str) -> Harm:
    def harm(world: World, chance: Random) -> str:
        action = chance.choice(("kill", "kill", "kill worker"))
        # At once, or while what was sent is on its way.
        delay = chance.choice((0.0, chance.uniform(0.0, 0.05)))
        relay = chance.choice(world.relays)
        with relay.busy:
            pid = carry_out(relay.orders, step=step, action=action, delay=delay, patience=PATIENCE_SECONDS)
        return f"{action} {relay.name}" if pid else "nobody came to that step"

    return harm


def pauser(step: str) -> Harm:
    def harm(world: World, chance: Random) -> str:
        relay = chance.choice(world.relays)
        pause = LEASE_SECONDS * chance.uniform(1.1, 1.8)
        with relay.busy:
            pid = carry_out(relay.orders, step=step, action="stop", delay=0.0, patience=PATIENCE_SECONDS)
            if pid is None:
                return "nobody came to that step"
            world.rest(pause)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        return f"{relay.name} for {pause:.1f} s"

    return harm


for each in ("claim", "publish", "ack", "settle"):
    fault(name=f"kill -9 at {each}")(killer(each))
    fault(name=f"pause past the lease at {each}")(pauser(each))


@fault()
def whole_worker_paused(world: World, chance: Random) -> str:
    relay = chance.choice(world.relays)
    with relay.busy:
        relay.signal_group(signal.SIGSTOP)
        world.rest(LEASE_SECONDS * chance.uniform(0.8, 1.8))
        relay.signal_group(signal.SIGCONT)
    return relay.name
