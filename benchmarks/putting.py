"""The ceiling of the second destination: boto3 alone, calls of ten from eight threads.

    python -m benchmarks.putting http://127.0.0.1:4777 events 20000

Same entries as the relay's, all made before the clock starts. Prints the seconds it took and those its process was on a
processor.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.sample import events
from routing.publishers.eventbridge.entry import MAX_ENTRIES, entry_of

THREADS = 8
WARM_UP = 500


def wires(tag: str, count: int, bus: str) -> list[Any]:
    entries = (entry_of(event.id, event) for event in events(tag, count))
    return [
        {"EventBusName": bus, "Source": e.source, "DetailType": e.detail_type, "Detail": e.detail, "Time": e.time}
        for e in entries
    ]


def put(client: Any, entries: list[Any]) -> tuple[float, float]:
    """Raises RuntimeError if one was refused."""
    calls = [entries[first : first + MAX_ENTRIES] for first in range(0, len(entries), MAX_ENTRIES)]
    started, used = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        failed = sum(pool.map(lambda call: client.put_events(Entries=call)["FailedEntryCount"], calls))
    if failed:
        raise RuntimeError(f"{failed} entries were refused")
    return time.perf_counter() - started, time.process_time() - used


def measure(url: str, bus: str, count: int) -> tuple[float, float]:
    config = Config(max_pool_connections=THREADS, parameter_validation=False, retries={"total_max_attempts": 1})
    client = boto3.client("events", endpoint_url=url, config=config)
    put(client, wires("warm-up", WARM_UP, bus))
    return put(client, wires("ceiling", count, bus))


if __name__ == "__main__":
    print(*measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
