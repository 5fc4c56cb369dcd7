"""Millions of events and deliveries as a week of use would leave them, written by the database itself.

Entry `n` of `count`, the newest `count`: accepted evenly over the week that ends now, 986 bytes of CloudEvents JSON,
a tenth of them of another tenant, a third with a partition key. Two deliveries each, but for those that still wait for
the relay (one in a thousand, the newest) and those no rule wanted (one in 200).

Dead is a fifth of what went to EventBridge in the second day, an outage, and 0.05 % of the rest; pending are 2 % of
the newest 5 %, at EventBridge. The rare type has 20 events, all in the first half.
"""

import json
from typing import Any

from django.db import connection

from benchmarks.sample import ACTIONS, data

WEEK = 7 * 86_400
RARE = "com.foundry.oms.linktype.merged"
ENTRIES = """
INSERT INTO events_outboxentry (sequence, uuid, tenant, source, event_id, type, subject, time, datacontenttype,
    extensions, partitionkey, data, data_base64, fingerprint, accepted_at)
SELECT n, (lpad(to_hex(n), 12, '0') || substr(md5(n::text), 1, 20))::uuid,
    CASE WHEN n %% 10 = 0 THEN 'acme' ELSE 'default' END, '/oms/' || (ARRAY['main', 'staging', 'import'])[1 + n %% 3],
    'lists-' || lpad(n::text, 8, '0'),
    CASE WHEN n < %(count)s / 2 AND n %% (%(count)s / 40) = 0 THEN %(rare)s
        ELSE 'com.foundry.oms.objecttype.' || (%(actions)s::text[])[1 + n %% %(kinds)s] END,
    'objecttype/' || lpad(n::text, 8, '0'), '2026-01-01T00:00:00Z', 'application/json',
    '{"author":"service-catalogue","branch":"main","commit":"' || md5(n::text) || '00000000"}',
    CASE WHEN n %% 3 = 0 THEN 'object-' || n %% 10000 END,
    replace(%(data)s, '00000000', lpad(n::text, 8, '0')), false, decode(md5(n::text), 'hex'),
    now() - (%(count)s - n) * %(week)s::float8 / %(count)s * interval '1 second'
FROM generate_series(1, %(count)s) n
"""
FRESH = """
INSERT INTO events_pendingentry (sequence, shard, partitionkey)
SELECT sequence, sequence %% 64, partitionkey FROM events_outboxentry WHERE sequence > %(count)s * 999 / 1000
"""
UNROUTED = """
INSERT INTO routing_unrouted (sequence, table_version, since)
SELECT n, 1, now() FROM generate_series(200, %(count)s * 999 / 1000, 200) n
"""
DELIVERIES = """
INSERT INTO routing_delivery (entry_id, destination_id, state, attempts, rule_id, table_version, receipt, duplicate,
    possible_duplicate, created_at, finished_at, shard, partitionkey, reach, fallbacks, next_attempt_at,
    held_base_seconds, error_class, error)
SELECT n, d.id, state, 1, 1, 1, CASE WHEN state = 'delivered' THEN 'EVENTS:' || n END, false, false,
    at, CASE WHEN state <> 'pending' THEN at END, n %% 64, CASE WHEN n %% 3 = 0 THEN 'object-' || n %% 10000 END,
    0, '[]', CASE WHEN state = 'pending' THEN now() + interval '1 hour' END, 0,
    CASE WHEN state = 'dead' THEN 'too_large' WHEN state = 'pending' THEN 'throttled' END,
    CASE WHEN state <> 'delivered' THEN 'the destination said no' END
FROM generate_series(1, %(count)s * 999 / 1000) n
CROSS JOIN unnest(%(destinations)s::bigint[]) WITH ORDINALITY d(id, place)
CROSS JOIN LATERAL (SELECT now() - (%(count)s - n) * %(week)s::float8 / %(count)s * interval '1 second' AS at,
    CASE WHEN place = 2 AND n * 7 / %(count)s = 1 AND n %% 5 = 1 OR n %% 2000 = 1 THEN 'dead'
        WHEN place = 2 AND n > %(count)s * 95 / 100 AND n %% 50 = 1 THEN 'pending' ELSE 'delivered' END AS state) s
WHERE n %% 200 <> 0
"""
ATTEMPTS = """
INSERT INTO routing_attempt (delivery_id, destination_id, number, at, duration_seconds, outcome, error_class, error)
SELECT id, destination_id, 1, created_at, 0.02, 'permanent', error_class, error
FROM routing_delivery WHERE state = 'dead'
"""
TABLES = "events_outboxentry, events_pendingentry, routing_delivery, routing_attempt, routing_unrouted"


def fill(count: int, destinations: list[int]) -> None:
    """`count` entries and nearly twice as many deliveries, then what autovacuum would have done."""
    values: dict[str, Any] = {
        "count": count,
        "week": WEEK,
        "rare": RARE,
        "actions": list(ACTIONS),
        "kinds": len(ACTIONS),
        "data": json.dumps(data(0, "e" * 64), separators=(",", ":")),
        "destinations": destinations,
    }
    with connection.cursor() as cursor:
        for statement in (ENTRIES, FRESH, UNROUTED, DELIVERIES, ATTEMPTS):
            cursor.execute(statement, values)
        cursor.execute("SELECT setval('events_outboxentry_sequence_seq', %s)", [count])
        cursor.execute(f"VACUUM ANALYZE {TABLES}")
