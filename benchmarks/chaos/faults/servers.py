"""Harm to everything else that runs: web, beat, nats-server, Valkey, PostgreSQL."""

import os
import signal
from random import Random

import psycopg

from benchmarks.chaos.faults.registry import fault
from benchmarks.chaos.world import World


@fault(touches="web")
def web_killed(world: World, _chance: Random) -> str:
    world.web[0].signal_group(signal.SIGKILL)
    return ""


@fault(touches="beats")
def beat_killed(world: World, chance: Random) -> str:
    beat = chance.choice(world.beats)
    beat.signal_group(signal.SIGKILL)
    return beat.name


@fault(touches="nats")
def nats_killed(world: World, chance: Random) -> str:
    world.nats.kill()
    world.rest(chance.uniform(0.2, 4.0))
    world.nats.start()
    return ""


@fault(touches="nats")
def nats_frozen(world: World, chance: Random) -> str:
    os.kill(world.nats.pid, signal.SIGSTOP)
    world.rest(chance.uniform(0.5, 5.0))
    os.kill(world.nats.pid, signal.SIGCONT)
    return ""


@fault(touches="valkey")
def valkey_lost(world: World, chance: Random) -> str:
    """It keeps nothing: it comes back empty."""
    world.valkey.kill()
    world.rest(chance.uniform(0.2, 4.0))
    world.valkey.start()
    return ""


@fault(touches="postgres")
def database_connections_killed(world: World, _chance: Random) -> str:
    ours = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    others = "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with psycopg.connect(world.postgres.url, autocommit=True) as connection:
        row = connection.execute(ours + others).fetchone()
    return f"{row[0] if row else 0} connections"


@fault(touches="postgres")
def postgres_crashed(world: World, chance: Random) -> str:
    world.postgres.kill()
    world.rest(chance.uniform(0.0, 2.0))
    world.postgres.start()
    return ""
