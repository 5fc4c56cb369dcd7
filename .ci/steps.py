"""Run steps one after the other, all of them, and sum up."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


def run(steps: Sequence[Step]) -> int:
    """The number of steps that failed."""
    outcomes = [(step.name, *_timed(step)) for step in steps]
    print()
    for name, passed, seconds in outcomes:
        print(f"{'passed' if passed else 'FAILED':8}{seconds:7.1f} s  {name}")
    return sum(not passed for _, passed, _ in outcomes)


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


def _timed(step: Step) -> tuple[bool, float]:
    print(f"--- {step.name}", flush=True)
    begun = time.monotonic()
    done = subprocess.run(step.command, env={**os.environ, **step.env}, check=False)
    return done.returncode == 0, time.monotonic() - begun
