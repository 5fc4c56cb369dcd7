"""Stored events that hold tokens, slice by slice of the table."""

import base64
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Max, Min, Q, QuerySet

from events.models import OutboxEntry
from events.pii.tokens.token import PREFIX

SLICE = 500
"""Sequences that are looked at in one query: some milliseconds each."""


class Slice(NamedTuple):
    """The sequences from `first` to `last`, of all up to `end`."""

    first: int
    last: int
    end: int


def slices(after: int = 0) -> Iterator[Slice]:
    """Of all entries there are now."""
    span = OutboxEntry.objects.aggregate(first=Min("sequence"), last=Max("sequence"))
    if span["last"] is None:
        return
    first = max(after + 1, span["first"])
    for start in range(first, span["last"] + 1, SLICE):
        yield Slice(start, min(start + SLICE - 1, span["last"]), span["last"])


def with_tokens(tenant: str, part: Slice, key_id: str = "") -> QuerySet[OutboxEntry]:
    """A tenant's entries in a slice that hold tokens, of one key or of any."""
    mark = f"{PREFIX}{key_id}." if key_id else PREFIX
    entries = OutboxEntry.objects.filter(tenant=tenant, sequence__gte=part.first, sequence__lte=part.last)
    # Tokens in binary data are not to be seen without decoding it.
    holds = Q(data__contains=mark) | Q(extensions__contains=mark) | Q(data_base64=True)
    return entries.filter(holds).order_by("sequence")


def entries_with(tenant: str, key_id: str) -> bool:
    """Whether any stored event of a tenant holds a token of a key. Reads the whole table, in slices."""
    return any(_has(entry, key_id) for part in slices() for entry in with_tokens(tenant, part, key_id))


def _has(entry: OutboxEntry, key_id: str) -> bool:
    mark = f"{PREFIX}{key_id}."
    return mark in entry.extensions or mark in text_of(entry)


def text_of(entry: OutboxEntry) -> str:
    """The data as text; what is no text holds no tokens."""
    if not entry.data_base64:
        return entry.data or ""
    try:
        return base64.b64decode(entry.data or "").decode()
    except UnicodeDecodeError:
        return ""
