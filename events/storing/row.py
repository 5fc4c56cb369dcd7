"""An event as the row of the outbox that holds it."""

import base64
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from events.envelope import CloudEvent
from events.schemas.admission.decision import Admitted
from events.shards import shard_of
from events.storing.digests import Digests, extensions_text
from events.storing.known import Identity


class Row(NamedTuple):
    """What is stored of one event, in the order of the columns of the table from `uuid` on, without the tenant."""

    uuid: UUID
    source: str
    event_id: str
    type: str
    subject: str | None
    time: str | None
    datacontenttype: str | None
    dataschema: str | None
    extensions: str
    partitionkey: str | None
    data: str | None
    data_base64: bool
    fingerprint: bytes
    schema_version: int | None
    admission: str
    pii: str
    shard: int


def rows(given: Sequence[CloudEvent], admitted: Sequence[Admitted], digests: Digests) -> list[Row]:
    """The rows of events as they were admitted; each is recognised again by what was given."""
    return [
        _row(before, one, uuid, digests) for before, one, uuid in zip(given, admitted, uuids(len(given)), strict=True)
    ]


def _row(before: CloudEvent, admitted: Admitted, uuid: UUID, digests: Digests) -> Row:
    event = admitted.event
    data = event.data
    binary = isinstance(data, bytes)
    extensions = extensions_text(event)
    key = event.extensions.get("partitionkey")
    return Row(
        uuid,
        event.source,
        event.id,
        event.type,
        event.subject,
        event.time,
        event.datacontenttype,
        event.dataschema,
        extensions,
        key if isinstance(key, str) else None,
        base64.b64encode(data).decode() if isinstance(data, bytes) else data,
        binary,
        digests.of(before, admitted, extensions),
        admitted.admission.key,
        admitted.admission.as_json(),
        admitted.pii,
        shard_of(key if isinstance(key, str) else None, uuid),
    )


def uuids(count: int) -> Iterator[UUID]:
    """Random UUIDs of version 7: they begin with the time, so that neighbours in time are neighbours in the index."""
    start = ((time.time_ns() // 1_000_000) << 80) | 7 << 76 | 2 << 62
    entropy = os.urandom(10 * count)
    for position in range(count):
        random = int.from_bytes(entropy[position * 10 : position * 10 + 10])
        yield UUID(int=start | (random >> 68 & 0xFFF) << 64 | random & (1 << 62) - 1)


def identities(stored: Iterable[Row]) -> list[Identity]:
    return [(row.source, row.event_id) for row in stored]
