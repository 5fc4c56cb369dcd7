"""A CloudEvent as an entry of PutEvents.

`/oms/main` becomes the Source `oms.main`, the last two words of `com.foundry.oms.objecttype.created` the DetailType
`Objecttype Created`; Detail holds the whole event, its JSON data as the text that was stored.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import quote

import orjson

from events.envelope.event import CloudEvent
from events.envelope.serialise import to_structured
from events.envelope.timestamps import instant

CONTEXT = ("branch", "commit", "author", "correlationid", "causationid", "tenant", "userid")
MAX_DETAIL_TYPE = 128
MAX_ENTRIES = 10
TIME_BYTES = 14
MAPPING_VERSION = 1
EPOCH = datetime.fromtimestamp(0, UTC)

SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:/*")


class NotMappableError(ValueError):
    """An event that has no valid Source; says why without quoting it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`size` is what AWS counts, in bytes."""

    source: str
    detail_type: str
    detail: str
    time: datetime | None
    size: int


def entry_of(dedup_id: str, event: CloudEvent) -> Entry:
    """Raises NotMappableError."""
    source, detail_type = source_of(event.source), detail_type_of(event.type)
    detail = detail_of(dedup_id, event)
    time = time_of(event.time)
    size = (TIME_BYTES if time else 0) + len(source) + len(detail_type.encode()) + len(detail)
    return Entry(source, detail_type, detail.decode(), time, size)


@lru_cache(4096)
def source_of(source: str) -> str:
    """Path segments joined by dots, without a URI's scheme; what is not a letter, digit or `._-~` as %XX."""
    path = SCHEME.sub("", source)
    mapped = ".".join(quote(segment, safe="") for segment in path.split("/") if segment)
    if not mapped:
        raise NotMappableError("the source has nothing to make a Source from")
    if mapped.lower() == "aws" or mapped.lower().startswith("aws."):
        raise NotMappableError("a Source that begins with aws. is reserved")
    return mapped


@lru_cache(4096)
def detail_type_of(type_: str) -> str:
    words = [word for word in type_.split(".") if word][-2:] or [type_]
    return " ".join(word[0].upper() + word[1:] for word in words)[:MAX_DETAIL_TYPE]


def detail_of(dedup_id: str, event: CloudEvent) -> bytes:
    context = {name: event.extensions[name] for name in CONTEXT if name in event.extensions}
    metadata = {"deduplicationId": dedup_id, "mappingVersion": MAPPING_VERSION}
    return b'{"cloudEvents":%b,"omsContext":%b,"eventBridgeMetadata":%b}' % (
        to_structured(event),
        orjson.dumps(context),
        orjson.dumps(metadata),
    )


def time_of(time: str | None) -> datetime | None:
    """None leaves it to AWS's own clock; so do moments before the epoch, which its clock cannot tell."""
    moment = instant(time) if time else None
    return moment if moment and moment >= EPOCH else None


def calls(entries: Iterable[tuple[int, Entry]], max_bytes: int, max_entries: int) -> Iterator[list[tuple[int, Entry]]]:
    """Consecutive (position, entry) pairs in calls of at most `max_entries` and `max_bytes` in all."""
    call: list[tuple[int, Entry]] = []
    size = 0
    for position, entry in entries:
        if call and (len(call) == max_entries or size + entry.size > max_bytes):
            yield call
            call, size = [], 0
        call.append((position, entry))
        size += entry.size
    if call:
        yield call
