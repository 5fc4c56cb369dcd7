"""The examination: from what needs nothing to what needs the database, its tables, and the broker."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError

from controlplane.doctor import accounts, broker, database, destinations, machine, personal_data, registry, routing
from controlplane.doctor.finding import Finding, Level, Look, error

BARE: tuple[Look, ...] = (machine.versions, machine.system_checks, machine.disk, broker.broker)
STORED: tuple[Look, ...] = (
    broker.drains,
    broker.beat,
    routing.table,
    routing.drafts,
    routing.in_flight,
    registry.types,
    personal_data.policies,
    personal_data.keys,
    destinations.destinations,
    accounts.accounts,
)


def examine(on_progress: Callable[[str], None]) -> Iterator[Finding]:
    """Every finding as it is made; `on_progress` is told what is looked at."""
    for look in BARE:
        yield from _guarded(look, on_progress)
    usable = True
    for look in (database.database, database.migrations, database.clock):
        found = list(_guarded(look, on_progress)) if usable else []
        usable &= all(finding.level is not Level.ERROR for finding in found)
        yield from found
    for look in STORED if usable else ():
        yield from _guarded(look, on_progress)


def _guarded(look: Look, on_progress: Callable[[str], None]) -> Iterator[Finding]:
    on_progress(look.__name__.replace("_", " "))
    try:
        yield from look()
    except DatabaseError as failure:
        what = f"the database failed meanwhile ({type(failure).__name__})"
        yield error(look.__name__, what, "Look at the database's log, then run doctor again.")
