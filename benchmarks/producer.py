"""A producer that commits single events at an even pace, in a process of its own.

    python -m benchmarks.producer TAG RATE SECONDS

Prints a JSON array: for each event, when its commit returned, in ns since 1970.
"""

import json
import sys
import time

import django


def produce(tag: str, rate: int, seconds: int) -> list[int]:
    from django.db import transaction

    from benchmarks.sample import events
    from events.ingest import ingest

    made = list(events(tag, rate * seconds))
    committed = []
    first = time.monotonic()
    for number, event in enumerate(made):
        time.sleep(max(0.0, first + number / rate - time.monotonic()))
        with transaction.atomic():
            ingest(event)
        committed.append(time.time_ns())
    return committed


if __name__ == "__main__":
    django.setup()
    print(json.dumps(produce(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
