"""The registry's number: another one after every change to what decides about events at ingest.

It is drawn at random, not counted up: a transaction that is rolled back must not leave its number to the next one,
because a process may have read what it was about to change.
"""

import secrets

from django.db import DEFAULT_DB_ALIAS, connection

from events.models import Registry

ROW = 1
_BUMP = (
    "INSERT INTO events_registry (id, number) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET number = excluded.number"
)


def current(using: str = DEFAULT_DB_ALIAS) -> int:
    """0 for a registry in which nothing was ever decided."""
    return Registry.objects.using(using).filter(pk=ROW).values_list("number", flat=True).first() or 0


def bump() -> None:
    """Say that something changed. The last lock an act takes, so that two acts never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(_BUMP, [ROW, 1 + secrets.randbits(62)])
