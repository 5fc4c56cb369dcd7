"""Not harm, but change: people publish routing tables while all this goes on."""

from random import Random

from benchmarks.chaos.faults.registry import fault
from benchmarks.chaos.installation import try_to_publish, try_to_roll_back
from benchmarks.chaos.layouts import LAYOUTS
from benchmarks.chaos.world import World


@fault(touches="tables")
def table_published(_world: World, chance: Random) -> str:
    name = chance.choice(sorted(LAYOUTS))
    return name if try_to_publish(name) else "the database was away"


@fault(touches="tables")
def table_rolled_back(_world: World, chance: Random) -> str:
    return try_to_roll_back(chance.random()) or "the database was away"


@fault(touches="tables")
def tables_in_quick_succession(world: World, chance: Random) -> str:
    """So that batches in hand go by one table and the next ones by another."""
    names = chance.choices(sorted(LAYOUTS), k=6)
    for name in names:
        try_to_publish(name)
        world.rest(chance.uniform(0.0, 0.5))
    return ", ".join(names)
