"""`schemas/merge/...`: milliseconds to merge branches of a schema of 200 properties with 50 conflicts.

Each run merges so many pairs of branches, each pair another; its values are the median and the 95th percentile.
The merge checks all it is given and what it makes; none of that is left out.
"""

import time
from statistics import median, quantiles

from benchmarks.errors import WrongCountError
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.schema_sample import branches
from events.schemas.merging.merge import merge

CONFLICTS = 50
PAIRS = 40


def schema_merge(_: Installation, plan: Plan) -> list[Result]:
    runs = [_one_run(number) for number in range(plan.runs + 1)][1:]
    return [
        Result("schemas/merge/median", "ms", [median(run) for run in runs]),
        Result("schemas/merge/p95", "ms", [quantiles(run, n=20)[-1] for run in runs], target="<= 200"),
    ]


def _one_run(number: int) -> list[float]:
    return [_milliseconds(seed) for seed in range(number * PAIRS, (number + 1) * PAIRS)]


def _milliseconds(seed: int) -> float:
    three = branches(CONFLICTS, seed)
    started = time.perf_counter()
    found = len(merge(*three).conflicts)
    milliseconds = (time.perf_counter() - started) * 1e3
    if found < CONFLICTS:
        raise WrongCountError(f"{found} conflicts of {CONFLICTS} were found")
    return milliseconds
