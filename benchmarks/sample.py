"""The event that is measured: 986 bytes of CloudEvents JSON, 28 leaves, 22 of them strings."""

import hashlib
import random
from collections.abc import Iterator

from events.envelope import CloudEvent

SIZE, LEAVES, STRINGS = 986, 28, 22
TYPE = "com.foundry.oms.objecttype.{}"
ACTIONS = ("created", "updated", "renamed", "removed", "granted", "revoked", "indexed", "checked")
SEED = 20
DESCRIPTION = (
    "A planned or unplanned piece of work on one piece of equipment, "
    "with the parts that it needs and the times it takes from first to last"
)


def event(tag: str, number: int, key: int | None = None) -> CloudEvent:
    """Number `number` of the run `tag`; `key` becomes its partition key, which adds to the size."""
    digest = hashlib.sha256(f"{tag}-{number}".encode()).hexdigest()
    keyed = {} if key is None else {"partitionkey": f"object-{key}"}
    return CloudEvent.of(
        id=id_of(tag, number),
        source="/oms/main",
        type=TYPE.format(ACTIONS[number % len(ACTIONS)]),
        subject=f"objecttype/{number:08d}",
        time=f"2026-01-{number % 28 + 1:02d}T{number % 24:02d}:00:00Z",
        data=data(number, digest),
        branch="main",
        commit=digest[:40],
        author="service-catalogue",
        correlationid=digest[-32:],
        tenant="default",
        **keyed,
    )


def data(number: int, digest: str) -> dict[str, object]:
    """Ten strings and six other leaves."""
    return {
        "objectType": {
            "rid": f"ri.ontology.main.object-type.{number:08d}",
            "apiName": "MaintenanceOrder",
            "displayName": "Maintenance order",
            "description": DESCRIPTION,
            "status": "ACTIVE",
            "version": 100 + number % 900,
            "primaryKey": "orderNumber",
            "indexed": True,
            "rows": 100_000 + number % 900_000,
        },
        "change": {"before": None, "after": digest, "operation": "ADD_PROPERTY", "breaking": False},
        "audit": {"reason": "requested in review", "ticket": f"OMSREQ-{number:08d}", "score": 0.75},
    }


def id_of(tag: str, number: int) -> str:
    return f"{tag[:20]:->20}-{number:08d}"


def number_of(event_id: str) -> int:
    return int(event_id[-8:])


def events(tag: str, count: int, keys: int = 0) -> Iterator[CloudEvent]:
    """`count` events; with `keys`, each of a partition key drawn evenly and always alike from so many."""
    draw = random.Random(SEED)
    return (event(tag, number, draw.randrange(keys) if keys else None) for number in range(count))
