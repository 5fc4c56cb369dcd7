"""The relay's statements on PostgreSQL: raw server-side cursors, arrays in, tuples out, one statement a batch.

The connection commits asynchronously: a settling lost with the server's memory only means that the batch goes again,
under the same deduplication ids.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
import psycopg

from events.envelope.event import CloudEvent
from events.shards import SHARDS
from routing.relay.settlement import Change, Settlement
from routing.relay.store import NOTHING, Store, Taken
from routing.relay.work import Entry, Past, Work

ENTRY = """e.sequence, e.uuid::text, extract(epoch FROM statement_timestamp() - e.accepted_at)::float8, e.event_id,
    e.source, e.type, e.subject, e.time, e.datacontenttype, e.dataschema, e.extensions, e.data, e.data_base64"""

# The planner must not turn the nested loop around: a shard's rows come in order, and the outer LIMIT cuts their end.
# What is read is noted in the same statement.
TAKE_FRESH = f"""
WITH picked AS MATERIALIZED (
    SELECT q.shard, q.partitionkey, q.sequence, s.last
    FROM unnest(%(shards)s::smallint[], %(positions)s::bigint[]) AS s(shard, last)
    CROSS JOIN LATERAL (
        SELECT p.shard, p.partitionkey, p.sequence FROM events_pendingentry p
        WHERE p.shard = s.shard AND p.sequence > s.last AND p.sequence <> ALL(%(in_hand)s::bigint[])
        ORDER BY p.shard, p.sequence LIMIT %(each)s
    ) q
    LIMIT %(limit)s
), noted AS (
    INSERT INTO routing_batchnote (token, lane, shards, upto, size, table_version, tries, noted_at)
    SELECT %(token)s::uuid, 'fresh', jsonb_agg(DISTINCT shard), max(sequence), count(*), %(table)s, 0, clock_timestamp()
    FROM picked HAVING count(*) > 0
    RETURNING id
)
SELECT noted.id, q.partitionkey IS NOT NULL AND q.last > 0 AND EXISTS (
        SELECT 1 FROM events_pendingentry p
        WHERE p.partitionkey = q.partitionkey AND p.sequence <= q.last AND p.sequence <> ALL(%(in_hand)s::bigint[])
    ) AS late, q.shard, q.partitionkey, {ENTRY}
FROM noted, picked q JOIN events_outboxentry e ON e.sequence = q.sequence
"""  # noqa: S608

NOTE = """
INSERT INTO routing_batchnote (token, lane, shards, upto, size, table_version, tries, noted_at)
VALUES (%s, %s, %s::jsonb, %s, %s, %s, %s, clock_timestamp()) RETURNING id
"""

READ_SUSPECT = f"""
SELECT q.shard, q.partitionkey, {ENTRY}
FROM (
    SELECT shard, partitionkey, sequence FROM events_pendingentry
    WHERE shard = ANY(%s::smallint[]) AND sequence <= %s ORDER BY sequence LIMIT %s
) q JOIN events_outboxentry e ON e.sequence = q.sequence
"""  # noqa: S608

WAITING_REACH = """
SELECT partitionkey, bit_or(reach) FROM routing_delivery
WHERE state = 'pending' AND partitionkey IS NOT NULL AND partitionkey = ANY(%s::text[]) GROUP BY partitionkey
"""

READ_DUE = f"""
WITH due AS MATERIALIZED (
    SELECT d.*
    FROM unnest(%(shards)s::smallint[]) AS s(shard)
    CROSS JOIN LATERAL (
        SELECT * FROM routing_delivery d
        WHERE d.state = 'pending' AND d.destination_id = %(destination)s AND d.shard = s.shard
            AND d.next_attempt_at <= statement_timestamp()
            AND (NOT %(movable)s OR d.fallbacks <> '[]') AND d.entry_id <= %(upto)s
            AND (d.partitionkey IS NULL OR NOT EXISTS (
                SELECT 1 FROM routing_delivery p
                WHERE p.state = 'pending' AND p.partitionkey = d.partitionkey AND p.entry_id < d.entry_id
                    AND p.reach & d.reach <> 0
                    AND NOT (p.destination_id = d.destination_id AND p.reach = d.reach
                        AND p.next_attempt_at <= statement_timestamp())
            ))
        ORDER BY d.entry_id LIMIT %(each)s
    ) d
    LIMIT %(limit)s
)
SELECT d.destination_id, d.fallbacks::text, d.rule_id, d.table_version, d.reach, d.attempts,
    extract(epoch FROM statement_timestamp() - d.first_failed_at)::float8, d.held_base_seconds,
    extract(epoch FROM statement_timestamp() - d.ambiguous_since)::float8, d.shard, d.partitionkey, {ENTRY}
FROM due d JOIN events_outboxentry e ON e.sequence = d.entry_id
"""  # noqa: S608

LOCK = """
SELECT shard FROM routing_shardlease WHERE token = %s AND shard = ANY(%s::smallint[]) ORDER BY shard FOR UPDATE
"""

TAKE_OFF = "DELETE FROM events_pendingentry WHERE sequence = ANY(%s::bigint[]) RETURNING sequence"

# Integers and receipts travel as one text each: an array of values costs more to build than all else of a settling.
ARRIVED_ROWS = """unnest(%(entries)s::bigint[], %(shards_of)s::smallint[], %(destinations)s::bigint[],
    %(rules)s::bigint[], string_to_array(%(receipts)s, E'\\x1f'))
    AS u(entry_id, shard, destination_id, rule_id, receipt)"""
INSERT_ARRIVED = """
INSERT INTO routing_delivery (entry_id, shard, destination_id, rule_id, receipt, table_version, state, attempts,
    duplicate, possible_duplicate, created_at, finished_at, reach, fallbacks, held_base_seconds)
SELECT u.*, %(table)s, 'delivered', 1, false, false, clock_timestamp(), clock_timestamp(), 0, '[]', 0
FROM"""
ARRIVED = f"{INSERT_ARRIVED} {ARRIVED_ROWS} ON CONFLICT DO NOTHING"

# The whole settling of a batch whose every event arrived. The lease rows are locked and their token is looked at again
# after the wait, as in LOCK; marks and deliveries follow from them alone.
SETTLE_ARRIVED = f"""
WITH held AS MATERIALIZED (
    SELECT shard FROM routing_shardlease WHERE token = %(token)s AND shard = ANY(%(shards)s::smallint[])
    ORDER BY shard FOR UPDATE
), gone AS (
    DELETE FROM events_pendingentry p USING held
    WHERE p.shard = held.shard AND p.sequence = ANY(%(done)s::bigint[]) RETURNING p.sequence
), written AS (
    {INSERT_ARRIVED} {ARRIVED_ROWS} WHERE u.entry_id IN (SELECT sequence FROM gone) ON CONFLICT DO NOTHING
), struck AS (
    DELETE FROM routing_batchnote WHERE id = %(note)s
)
SELECT shard FROM held
"""  # noqa: S608

CHANGE_COLUMNS = {
    "entry_id": "bigint", "row_destination": "bigint", "destination_id": "bigint", "state": "text",
    "attempts": "smallint", "rule_id": "bigint", "table_version": "int", "reach": "bigint", "fallbacks": "text",
    "receipt": "text", "duplicate": "bool", "possible_duplicate": "bool", "delay": "float8", "failed": "bool",
    "silent": "bool", "restart": "bool", "held_base": "float8", "error_class": "text", "error": "text",
    "shard": "smallint", "partitionkey": "text",
}  # fmt: skip
ARRAYS = ", ".join(f"%s::{kind}[]" for kind in CHANGE_COLUMNS.values())
CHANGES = f"(SELECT *, clock_timestamp() AS clock FROM unnest({ARRAYS}) AS u({', '.join(CHANGE_COLUMNS)})) u"  # noqa: S608

INSERT = f"""
INSERT INTO routing_delivery (entry_id, destination_id, state, attempts, rule_id, table_version, reach, fallbacks,
    receipt, duplicate, possible_duplicate, created_at, finished_at, next_attempt_at, first_failed_at, ambiguous_since,
    held_base_seconds, error_class, error, shard, partitionkey)
SELECT u.entry_id, u.destination_id, u.state, u.attempts, u.rule_id, u.table_version, u.reach, u.fallbacks::jsonb,
    u.receipt, u.duplicate, u.possible_duplicate, u.clock, CASE WHEN u.state <> 'pending' THEN u.clock END,
    u.clock + u.delay * interval '1 second', CASE WHEN u.failed THEN u.clock END, CASE WHEN u.silent THEN u.clock END,
    u.held_base, u.error_class, u.error, u.shard, u.partitionkey
FROM {CHANGES}
ON CONFLICT DO NOTHING
"""  # noqa: S608

UPDATE = f"""
UPDATE routing_delivery d SET destination_id = u.destination_id, state = u.state, attempts = u.attempts,
    fallbacks = u.fallbacks::jsonb, receipt = u.receipt, duplicate = u.duplicate,
    possible_duplicate = u.possible_duplicate, finished_at = CASE WHEN u.state <> 'pending' THEN u.clock END,
    next_attempt_at = u.clock + u.delay * interval '1 second',
    first_failed_at = CASE WHEN u.restart THEN NULL WHEN u.failed THEN coalesce(d.first_failed_at, u.clock)
        ELSE d.first_failed_at END,
    ambiguous_since = CASE WHEN u.restart THEN NULL WHEN u.silent THEN coalesce(d.ambiguous_since, u.clock)
        ELSE d.ambiguous_since END,
    held_base_seconds = u.held_base,
    error_class = CASE WHEN u.state = 'pending' AND u.error_class IS NULL THEN d.error_class ELSE u.error_class END,
    error = CASE WHEN u.state = 'pending' AND u.error_class IS NULL THEN d.error ELSE u.error END
FROM {CHANGES}
WHERE d.entry_id = u.entry_id AND d.destination_id = u.row_destination AND d.state = 'pending'
"""  # noqa: S608

EVERYTHING = 2**63 - 1


class PostgresStore(Store):
    """The same contract as Store, for the rates PostgreSQL can take."""

    def __init__(self, using: str = "default") -> None:
        super().__init__(using)
        self._prepared: Any = None
        self._turn = 0

    def _cursor(self) -> psycopg.Cursor[Any]:
        """A server-side-binding cursor: Django's own would render every value into the statement."""
        self.connection.ensure_connection()
        raw = self.connection.connection
        if self._prepared is not raw:
            raw.execute("SET synchronous_commit = off")
            self._prepared = raw
        return psycopg.Cursor(raw)

    def _rotated(self, shards: Iterable[int]) -> list[int]:
        """Another one first each time: a limit must not leave out the same shards for ever."""
        self._turn += 1
        return sorted(shards, key=lambda shard: (shard + self._turn * 7) % SHARDS)

    def _fetch(self, statement: str, parameters: Any) -> list[Any]:
        with self.connection.wrap_database_errors, self._cursor() as cursor:
            return cursor.execute(statement, parameters, binary=True).fetchall()

    def _execute(self, statement: str, parameters: Any) -> None:
        with self.connection.wrap_database_errors, self._cursor() as cursor:
            cursor.execute(statement, parameters)

    def take_fresh(
        self, token: UUID, table_version: int, last: Mapping[int, int], limit: int, in_hand: Collection[int]
    ) -> Taken:
        if not last:
            return NOTHING
        shards = self._rotated(last)
        parameters = {
            "shards": shards,
            "positions": [last[shard] for shard in shards],
            "each": max(32, 2 * limit // len(shards)),
            "limit": limit,
            "in_hand": list(in_hand),
            "token": token,
            "table": table_version,
        }
        now = time.monotonic()
        rows = self._fetch(TAKE_FRESH, parameters)
        if not rows:
            return NOTHING
        rows.sort(key=itemgetter(4))
        return Taken([_entry(now, *row[2:]) for row in rows if not row[1]], any(row[1] for row in rows), rows[0][0])

    def read_suspect(self, shards: Collection[int], upto: int, limit: int) -> list[Entry]:
        now = time.monotonic()
        rows = self._fetch(READ_SUSPECT, (list(shards), upto, limit))
        rows.sort(key=itemgetter(2))
        return [_entry(now, *row) for row in rows]

    def waiting_reach(self, keys: Collection[str]) -> dict[str, int]:
        return dict(self._fetch(WAITING_REACH, (list(keys),)))

    def read_due(
        self,
        destination_id: int,
        shards: Collection[int],
        limit: int,
        *,
        movable: bool = False,
        upto: int | None = None,
    ) -> list[Work]:
        parameters = {
            "shards": self._rotated(shards),
            "destination": destination_id,
            "movable": movable,
            "upto": EVERYTHING if upto is None else upto,
            "each": max(32, 2 * limit // max(1, len(shards))),
            "limit": limit,
        }
        now = time.monotonic()
        rows = self._fetch(READ_DUE, parameters)
        rows.sort(key=itemgetter(11))
        return [_stored_work(now, *row) for row in rows]

    def _lock(self, token: UUID, shards: set[int]) -> set[int]:
        return {shard for (shard,) in self._fetch(LOCK, (token, list(shards)))}

    def _take_off(self, settlement: Settlement) -> set[int]:
        done = [entry.sequence for entry in settlement.done]
        return {sequence for (sequence,) in self._fetch(TAKE_OFF, (done,))}

    def settle(self, token: UUID, settlement: Settlement) -> set[int]:
        if settlement.inserts or settlement.updates or settlement.unrouted or not settlement.done:
            return super().settle(token, settlement)
        shards = settlement.shards()
        parameters = _arrived(settlement.arrived, settlement.table_version) | {
            "token": token,
            "shards": _integers(shards),
            "done": _integers(entry.sequence for entry in settlement.done),
            "note": settlement.note,
        }
        return shards - {shard for (shard,) in self._fetch(SETTLE_ARRIVED, parameters)}

    def note(
        self, token: UUID, lane: str, shards: Collection[int], *, upto: int, size: int, table_version: int, tries: int
    ) -> int:
        parameters = (token, lane, orjson.dumps(sorted(shards)).decode(), upto, size, table_version, tries)
        number: int = self._fetch(NOTE, parameters)[0][0]
        return number

    def _strike(self, note: int) -> None:
        self._execute("DELETE FROM routing_batchnote WHERE id = %s", (note,))

    def _insert_arrived(self, changes: Sequence[Change]) -> None:
        if changes:
            self._execute(ARRIVED, _arrived(changes, changes[0].table_version))

    def _insert(self, changes: Sequence[Change]) -> None:
        if changes:
            self._execute(INSERT, _arrays(changes))

    def _update(self, changes: Sequence[Change]) -> None:
        if changes:
            self._execute(UPDATE, _arrays(changes))


def _integers(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _arrived(changes: Sequence[Change], table_version: int) -> dict[str, Any]:
    return {
        "entries": _integers(change.entry.sequence for change in changes),
        "shards_of": _integers(change.entry.shard for change in changes),
        "destinations": _integers(change.destination_id for change in changes),
        "rules": _integers(change.rule_id for change in changes),
        "receipts": "\x1f".join(change.receipt or "" for change in changes),
        "table": table_version,
    }


def _arrays(changes: Sequence[Change]) -> list[list[Any]]:
    return [list(column) for column in zip(*map(_values, changes), strict=True)]


def _values(change: Change) -> tuple[Any, ...]:
    return (
        change.entry.sequence, change.row_destination, change.destination_id, change.state, change.attempts,
        change.rule_id, change.table_version, change.reach, orjson.dumps(change.fallbacks).decode(), change.receipt,
        change.duplicate, change.possible_duplicate, change.delay, change.failed, change.silent, change.restart,
        change.held_base, change.error_class, change.error, change.entry.shard, change.entry.partitionkey,
    )  # fmt: skip


def _entry(
    now: float, shard: int, partitionkey: str | None, sequence: int, uuid: str, age: float, *event: Any
) -> Entry:
    return Entry(sequence, shard, partitionkey, uuid.replace("-", ""), CloudEvent.stored(*event), now - age)


def _stored_work(
    now: float,
    destination_id: int,
    fallbacks: str,
    rule_id: int,
    table_version: int,
    reach: int,
    attempts: int,
    age: float | None,
    held_base: float,
    silent_for: float | None,
    *entry: Any,
) -> Work:
    left = tuple(orjson.loads(fallbacks))
    past = Past(attempts, age, held_base, silent_for)
    return Work(_entry(now, *entry), destination_id, left, rule_id, table_version, reach, stored=True, past=past)
