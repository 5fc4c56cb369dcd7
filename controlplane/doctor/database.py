"""The database: reachable, new enough, migrated, its clock beside ours."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from controlplane.doctor.finding import Finding, error, good, warning
from events.clock import database_now

OLDEST_POSTGRESQL = 140_000
MOST_SKEW_SECONDS = 5.0


def database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as failure:
        first = next(iter(str(failure).splitlines()), "")
        fix = "Start it, or correct DATABASE_URL (or DATABASE_URL_FILE): postgres://user:password@host:5432/name."
        yield error("database", f"it cannot be reached: {first}", fix)
        return
    if connection.vendor != "postgresql":
        yield good("database", f"SQLite in {connection.settings_dict['NAME']}: for demonstrations")
        return
    number: int = connection.pg_version  # type: ignore[attr-defined]
    what = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < OLDEST_POSTGRESQL:
        yield error("database", what, "Use PostgreSQL 14 or later.")
    else:
        yield good("database", what)


def migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = set(executor.loader.disk_migrations)
    newer = [key for key in executor.loader.applied_migrations if key not in known and key[0] in _apps(known)]
    if missing:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _ in missing[:3])
        what = f"{len(missing)} migrations are not applied: {names}{' ...' if len(missing) > 3 else ''}"
        yield error("migrations", what, "Run `manage.py migrate`.")
    elif newer:
        what = f"the database knows {len(newer)} migrations that this code does not: {newer[0][0]}.{newer[0][1]}"
        yield warning("migrations", what, "An upgrade is under way, or this machine runs older code: upgrade it.")
    else:
        yield good("migrations", "all are applied")


def _apps(known: set[tuple[str, str]]) -> set[str]:
    return {app for app, _ in known}


def clock() -> Iterator[Finding]:
    before = datetime.now(UTC)
    theirs = database_now()
    after = datetime.now(UTC)
    skew = max((theirs - after).total_seconds(), (before - theirs).total_seconds(), 0.0)
    what = f"the clocks here and in the database are {skew:.1f} s apart"
    if skew > MOST_SKEW_SECONDS:
        fix = "Set the clocks by NTP: leases and retries go by the database's, but logs and certificates do not."
        yield warning("clock", what, fix)
    else:
        yield good("clock", what)
