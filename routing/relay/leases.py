"""Who drains which shard: even shares among the live workers, by leases on the database's clock.

A lease is a random token on the shard's row. It is renewed while its worker lives; once it has expired another worker
puts its own token there, and with it takes over what the dead one had in hand (`Suspect`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now

from routing.models import BatchNote, RelayWorker, ShardLease
from routing.relay.work import Suspect

log = structlog.get_logger(__name__)

CUT = 8
"""A batch whose worker died is taken again in parts this many times smaller."""


def _in(seconds: float) -> Combinable:
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


def sign_in(token: UUID, name: str, ttl: float) -> None:
    """Be counted among the live workers for `ttl` seconds."""
    if not RelayWorker.objects.filter(token=token).update(expires_at=_in(ttl)):
        RelayWorker.objects.create(token=token, name=name, expires_at=_in(ttl))
        log.info("drain.began", name=name, token=token)


def sign_out(token: UUID) -> None:
    """Leave: give back every shard at once. The caller has nothing in hand."""
    strike_notes(token)
    ShardLease.objects.filter(token=token).update(token=None, expires_at=None)
    RelayWorker.objects.filter(token=token).delete()
    log.info("drain.ended", token=token)


def live_workers() -> int:
    RelayWorker.objects.filter(expires_at__lt=Now() - timedelta(hours=1)).delete()
    return RelayWorker.objects.filter(expires_at__gte=Now()).count()


def renew(token: UUID, ttl: float) -> set[int]:
    """Renew the leases still held by `token`; returns their shards."""
    ShardLease.objects.filter(token=token).update(expires_at=_in(ttl))
    return set(ShardLease.objects.filter(token=token).values_list("shard", flat=True))


def release(token: UUID, shards: Collection[int]) -> None:
    """Give shards back before their time. The caller has nothing of them in hand."""
    ShardLease.objects.filter(token=token, shard__in=shards).update(token=None, expires_at=None)


def acquire(token: UUID, ttl: float, count: int) -> dict[int, list[Suspect]]:
    """Take up to `count` free or expired shards; returns each with what its last holder had in hand of it."""
    with transaction.atomic():
        free = Q(token=None) | Q(expires_at__lt=Now())
        rows = list(ShardLease.objects.select_for_update(skip_locked=True).filter(free).order_by("shard")[:count])
        notes = _notes_left_by({row.token for row in rows if row.token})
        for row in rows:
            row.suspects = _merged(row, notes)
            row.token = token
            row.expires_at = _in(ttl)
        ShardLease.objects.bulk_update(rows, ["token", "expires_at", "suspects"])
        _strike(notes, {row.shard for row in rows})
    if notes:
        log.warning("batches.taken_over", token=token, batches=len(notes), shards=len(rows))
    return {row.shard: [Suspect(**suspect) for suspect in row.suspects] for row in rows}


def strike_notes(token: UUID) -> None:
    """Forget all batches this worker noted. The caller has none in hand."""
    BatchNote.objects.filter(token=token).delete()


def write_suspects(token: UUID, shard: int, suspects: Sequence[Suspect]) -> None:
    """Record what is left to suspect in a shard."""
    ShardLease.objects.filter(token=token, shard=shard).update(suspects=[asdict(suspect) for suspect in suspects])


def _notes_left_by(tokens: Iterable[UUID]) -> list[BatchNote]:
    return list(BatchNote.objects.select_for_update().filter(token__in=tokens).order_by("id"))


def _merged(row: ShardLease, notes: Iterable[BatchNote]) -> list[dict[str, object]]:
    merged = {(suspect["lane"], suspect["upto"]): suspect for suspect in row.suspects}
    for note in notes:
        if note.token == row.token and row.shard in note.shards:
            merged[note.lane, note.upto] = asdict(_suspect(note))
    return sorted(merged.values(), key=lambda suspect: suspect["upto"])


def _suspect(note: BatchNote) -> Suspect:
    return Suspect(note.lane, note.upto, note.table_version, max(1, note.size // CUT), note.tries + 1)


def _strike(notes: Iterable[BatchNote], taken: set[int]) -> None:
    for note in notes:
        note.shards = [shard for shard in note.shards if shard not in taken]
        if note.shards:
            note.save(update_fields=["shards"])
        else:
            note.delete()
