"""Storing on PostgreSQL: one statement for a whole batch, on a raw server-side cursor."""

from collections.abc import Iterable, Sequence

import psycopg
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from events.storing.errors import IngestBusy, KeyRevoked
from events.storing.known import Identity, Known, KnownEntries, Terms
from events.storing.row import Row, identities

LOCK_TIMEOUT = "2s"

# A whole column travels as one text. These two characters are forbidden in attributes and cannot occur in JSON; a
# column that holds one all the same (other text may), or nothing, travels as an array, which costs more to build.
SEPARATOR = "\x1f"
NULL = "\x01"

_TEXTS = (
    "source",
    "event_id",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "extensions",
    "partitionkey",
    "data",
)
_COLUMNS = f"uuid, {', '.join(_TEXTS)}, data_base64, fingerprint, schema_version, admission, pii"
_JOINED = "string_to_array(%s, E'\\x1f', E'\\x01')"
_LISTED = "%s::text[]"

# Sequences follow the caller's order (`position`), while rows go in by identity: two calls with the same events wait
# for each other instead of deadlocking. The lock timeout holds for the insert alone: `numbers` needs `held`, `stored`
# needs `numbers`, and the second branch of the last SELECT runs when the first one has seen the end of `stored`.
# Nothing is stored, and the count is -1, where the registry has another number than the one that was decided by; it is
# -2 where the API key was revoked.
_TERMS = """registry AS MATERIALIZED (
    SELECT coalesce(max(number), 0) = %s::bigint AS holds FROM events_registry
), api_key AS MATERIALIZED (
    SELECT %s::text IS NULL OR EXISTS (
        SELECT FROM events_apikey WHERE prefix = %s::text AND digest = %s::text AND revoked_at IS NULL
    ) AS holds
)"""
_OUTDATED, _REVOKED = -1, -2
_COUNT = f"""SELECT CASE
    WHEN NOT (SELECT holds FROM api_key) THEN {_REVOKED}
    WHEN NOT (SELECT holds FROM registry) THEN {_OUTDATED}
    ELSE count(*)
END FROM stored"""  # noqa: S608  # made of constants
_STORE = f"""
WITH held AS MATERIALIZED (
    SELECT current_setting('lock_timeout') AS timeout, set_config('lock_timeout', '{LOCK_TIMEOUT}', true)
), {_TERMS}, numbers AS MATERIALIZED (
    SELECT array_agg(nextval('events_outboxentry_sequence_seq')) AS sequences FROM held, generate_series(1, %s::integer)
), stored AS (
    INSERT INTO events_outboxentry (sequence, tenant, {_COLUMNS})
    SELECT sequences[position], %s, {_COLUMNS}
    FROM registry, api_key, numbers, unnest(
        %s::integer[], %s::uuid[], {", ".join(["{}"] * len(_TEXTS))}, %s::boolean[], %s::bytea[], %s::bigint[],
        {{}}, {{}}
    ) AS columns (position, {_COLUMNS})
    WHERE registry.holds AND api_key.holds
    ON CONFLICT (tenant, source, event_id) DO NOTHING
    RETURNING sequence, partitionkey
), queued AS (
    INSERT INTO events_pendingentry (sequence, shard, partitionkey)
    SELECT stored.sequence, shard, stored.partitionkey
    FROM numbers, unnest(%s::integer[], %s::smallint[]) AS shards (position, shard), stored
    WHERE stored.sequence = sequences[position]
)
{_COUNT}
UNION ALL
SELECT length(set_config('lock_timeout', timeout, true)) FROM held
"""  # noqa: S608  # made of constants

# A single event needs no arrays and no order: planned and run in two thirds of the time.
_STORE_ONE = f"""
WITH held AS MATERIALIZED (
    SELECT current_setting('lock_timeout') AS timeout, set_config('lock_timeout', '{LOCK_TIMEOUT}', true)
), {_TERMS}, stored AS (
    INSERT INTO events_outboxentry (tenant, {_COLUMNS})
    SELECT %s::text, %s::uuid, {", ".join(["%s::text"] * len(_TEXTS))}, %s::boolean, %s::bytea, %s::bigint,
        %s::text, %s::text
    FROM held, registry, api_key WHERE registry.holds AND api_key.holds
    ON CONFLICT (tenant, source, event_id) DO NOTHING
    RETURNING sequence, partitionkey
), queued AS (
    INSERT INTO events_pendingentry (sequence, shard, partitionkey)
    SELECT sequence, %s::smallint, partitionkey FROM stored
)
{_COUNT}
UNION ALL
SELECT length(set_config('lock_timeout', timeout, true)) FROM held
"""  # noqa: S608  # made of constants

_LOOK_UP = """
SELECT source, event_id, uuid, fingerprint FROM events_outboxentry
JOIN unnest(%s::text[], %s::text[]) AS wanted (source, event_id) USING (source, event_id)
WHERE tenant = %s
"""

_RETRYABLE = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


def store(connection: BaseDatabaseWrapper, rows: Sequence[Row], terms: Terms) -> KnownEntries | None:
    """Store what is not stored yet; None, and nothing stored, if the registry has another number by now.

    Returns the entries of these identities if some were stored before, nothing if none was. Raises `KeyRevoked`.
    """
    try:
        with connection.wrap_database_errors:
            cursor = psycopg.Cursor(connection.connection)
            count = _insert(cursor, rows, terms)
            if count == _REVOKED:
                raise KeyRevoked
            if count == _OUTDATED:
                return None
            return {} if count == len(rows) else _look_up(cursor, identities(rows), terms.tenant)
    except OperationalError as error:
        if isinstance(error.__cause__, _RETRYABLE):
            raise IngestBusy from error
        raise


def look_up(connection: BaseDatabaseWrapper, wanted: Sequence[Identity], tenant: str) -> KnownEntries:
    """The entries of these identities."""
    with connection.wrap_database_errors:
        return _look_up(psycopg.Cursor(connection.connection), wanted, tenant)


def _insert(cursor: psycopg.Cursor, rows: Sequence[Row], terms: Terms) -> int:
    if len(rows) == 1:
        cursor.execute(_STORE_ONE, [*_asked(terms), terms.tenant, *rows[0]], prepare=True)
    else:
        # Its plan must know how many they are: one kept for any number would join each with each.
        cursor.execute(*_statement(rows, terms), prepare=False)
    count = cursor.fetchone()
    return count[0] if count else 0


def _asked(terms: Terms) -> list[object]:
    prefix, digest = terms.key or (None, None)
    return [terms.number, prefix, prefix, digest]


def _statement(rows: Sequence[Row], terms: Terms) -> tuple[str, list[object]]:
    ordered = sorted(enumerate(rows, 1), key=_identity)
    uuids, *texts, flags, fingerprints, versions, admissions, acts, shards = zip(
        *(row for _, row in ordered), strict=True
    )
    columns = [_text_column(column) for column in texts]
    admission, pii = _text_column(admissions), _text_column(acts)
    positions = _array(str(position) for position, _ in ordered)
    return _STORE.format(*(sql for sql, _ in columns), admission[0], pii[0]), [
        *_asked(terms),
        len(rows),
        terms.tenant,
        positions,
        _array(uuid.hex for uuid in uuids),
        *(parameter for _, parameter in columns),
        _array("t" if flag else "f" for flag in flags),
        _array(f'"\\\\x{fingerprint.hex()}"' for fingerprint in fingerprints),
        _array("NULL" if version is None else str(version) for version in versions),
        admission[1],
        pii[1],
        positions,
        _array(map(str, shards)),
    ]


def _identity(numbered: tuple[int, Row]) -> tuple[str, str]:
    return numbered[1].source, numbered[1].event_id


def _text_column(values: Sequence[str | None]) -> tuple[str, object]:
    joined = SEPARATOR.join([NULL if value is None else value for value in values])
    if joined and joined.count(SEPARATOR) == len(values) - 1 and joined.count(NULL) == values.count(None):
        return _JOINED, joined
    return _LISTED, list(values)


def _array(items: Iterable[str]) -> str:
    return "{" + ",".join(items) + "}"


def _look_up(cursor: psycopg.Cursor, wanted: Sequence[Identity], tenant: str) -> KnownEntries:
    sources, ids = map(list, zip(*wanted, strict=True))
    cursor.execute(_LOOK_UP, [sources, ids, tenant])
    return {(source, event_id): Known(uuid, bytes(print_)) for source, event_id, uuid, print_ in cursor}
