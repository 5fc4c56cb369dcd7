"""`schemas/parts/...`: what a hundred versions of a schema of 200 properties take in parts, and how fast one is read.

Saved is the share of the sum of the versions, as JSON without white space, that parts with their names do not take.
Read is the two queries for the parts, the check of each and the value; every version is read, and is what it was.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from statistics import median, quantiles
from typing import Any

from benchmarks.errors import WrongCountError
from benchmarks.installation import Installation
from benchmarks.plan import Plan
from benchmarks.result import Result
from benchmarks.schema_sample import versions
from events.models import SchemaPart
from events.schemas.parts.join import join
from events.schemas.parts.split import split

VERSIONS = 100


def schema_parts(_: Installation, plan: Plan) -> list[Result]:
    saved: list[float] = []
    reads: list[list[float]] = []
    for number in range(plan.runs + 1):
        history = list(versions(VERSIONS, seed=number))
        roots = _store(history)
        saved.append(_saved(history))
        reads.append([_milliseconds(root, schema) for root, schema in zip(roots, history, strict=True)])
    return [
        Result("schemas/parts/saved", "share", saved[1:], target=">= 0.6"),
        Result("schemas/parts/read", "ms", [median(run) for run in reads[1:]]),
        Result("schemas/parts/read p95", "ms", [quantiles(run, n=20)[-1] for run in reads[1:]], target="<= 5"),
    ]


def _store(history: Sequence[Any]) -> list[str]:
    SchemaPart.objects.all().delete()
    roots = []
    for schema in history:
        root, parts = split(schema)
        rows = [SchemaPart(digest=digest, content=content) for digest, content in parts.items()]
        SchemaPart.objects.bulk_create(rows, ignore_conflicts=True)
        roots.append(root)
    return roots


def _saved(history: Sequence[Any]) -> float:
    whole = sum(len(_text(schema).encode()) for schema in history)
    rows = SchemaPart.objects.values_list("digest", "content")
    return 1 - sum(len(digest) + len(content.encode()) for digest, content in rows) / whole


def _milliseconds(root: str, schema: Any) -> float:
    started = time.perf_counter()
    value = join(root, _contents)
    milliseconds = (time.perf_counter() - started) * 1e3
    if _text(value) != _text(schema):
        raise WrongCountError("a version came back as another")
    return milliseconds


def _contents(digests: Iterable[str]) -> Mapping[str, str]:
    return dict(SchemaPart.objects.filter(digest__in=list(digests)).values_list("digest", "content"))


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
