"""One run: a world of its own, a trial in it, the verdict."""

import os
from pathlib import Path

import django

from benchmarks.chaos.findings import Result
from benchmarks.chaos.world import Say, World


def run(seed: int, minutes: float, folder: Path, say: Say) -> Result:
    """Once in a process: it sets Django up for the servers of this run."""
    with World(folder) as world:
        os.environ.update(world.environment())
        django.setup()
        # Only now, because it imports models.
        from benchmarks.chaos.trial import Trial

        return Trial(world, seed, minutes, say).result()
