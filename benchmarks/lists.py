"""`lists/...`: pages and API lists of a week of use, 2 million events and 4 million deliveries, in milliseconds.

Each is asked for through Django's test client, from the address to the last byte, by a person or key that may see all.
None may count or read through a table of events, deliveries or attempts: the database's own count of such scans says.
"""

import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from benchmarks.errors import WrongCountError
from benchmarks.installation import Installation
from benchmarks.lists_fill import RARE, fill
from benchmarks.plan import QUICK, Plan
from benchmarks.result import Result, table
from events.api_keys import Scope, issue_key
from events.models import OutboxEntry
from routing.models import Destination, RoutingTable

ENTRIES = 2_000_000
TARGET = "<= 200"
LATER_PAGE = 10
# Whether a table has a row at all is seen from its first, by what counts as a scan.
FEW = 100
SCANS = """
SELECT relname, seq_tup_read FROM pg_stat_user_tables
WHERE relname IN ('events_outboxentry', 'routing_delivery', 'routing_attempt')
"""

OLDER = re.compile(r'href="([^"]+)" rel="next"')

Ask = Callable[[], bytes]


def lists(installation: Installation, plan: Plan) -> list[Result]:
    """The addresses of what is measured take turns; the slowest time of each is its `max`."""
    installation.workers.stop()
    installation.empty()
    entries = ENTRIES if plan.events > QUICK.events else ENTRIES // 10
    fill(entries, _destinations(installation))
    try:
        asks = dict(_pages(_person(), entries)) | dict(_api(_key()))
        results = [_measured(name, ask, plan.runs) for name, ask in asks.items()]
    finally:
        installation.empty()
    print(f"\n{entries:,} events, target {TARGET} ms\n{table(results)}", flush=True)
    return results


def _destinations(installation: Installation) -> list[int]:
    """Two, and a rule that names them; what it is called only the pages read."""
    second = Destination.objects.get_or_create(name="eventbridge", defaults={"kind": "memory"})[0]
    both = [installation.nats_destination, second]
    named = [{"id": one.pk, "name": one.name, "condition": []} for one in both]
    rule = {
        "id": 1, "name": "everything", "priority": 0, "type_pattern": "com.foundry.oms.*", "filters": [],
        "strategy": "ALL", "continue": False, "destinations": named,
    }  # fmt: skip
    RoutingTable.objects.get_or_create(version=1, defaults={"snapshot": {"format": 1, "rules": [rule]}})
    return [one.pk for one in both]


def _person() -> Client:
    client = Client(headers={"host": "localhost"})
    user, _ = User.objects.get_or_create(username="lists", defaults={"is_staff": True, "is_superuser": True})
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def _key() -> Client:
    _, secret = issue_key("lists", [Scope.READ, Scope.OPERATE])
    return Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})


def _pages(client: Client, entries: int) -> Iterator[tuple[str, Ask]]:
    middle = OutboxEntry.objects.get(pk=entries * 6 // 10)
    searches = {
        "": "", "type": "type:com.foundry.oms.objecttype.*", "rare type": f"type:{RARE}", "dest": "dest:nats",
        "dead": "state:dead", "dead, dest": "state:dead dest:eventbridge", "dead, rare type": f"state:dead type:{RARE}",
        "pending": "state:pending", "unrouted": "state:unrouted", "delivered": "state:delivered", "since": "since:1h",
        "a day of last week": "since:6d until:5d type:*.renamed", "key": "key:object-33", "subject": "subject:*000*",
    }  # fmt: skip
    for model in ("events/outboxentry", "routing/delivery"):
        for title, text in searches.items():
            if model == "events/outboxentry" or title != "unrouted":
                yield f"{model.split('/')[1]} {title}".strip(), _get(client, f"/admin/{model}/", q=text)
    yield "id pasted", _get(client, "/admin/events/outboxentry/", q=str(middle.uuid), follow=True)
    yield "one event", _get(client, f"/admin/events/outboxentry/{middle.pk}/change/")
    yield f"events page {LATER_PAGE}", _get(client, _later(client))
    yield "dead letters", _get(client, "/admin/dlq/deadletter/")
    yield "unrouted", _get(client, "/admin/routing/unrouted/")
    yield "home", _get(client, "/admin/")


def _api(client: Client) -> Iterator[tuple[str, Ask]]:
    for name in ("events", "deliveries", "dead-letters", "unrouted"):
        yield f"api {name}", _get(client, f"/api/v1/{name}")
    for text in ("type=*.renamed", f"type={RARE}", "state=dead", "destination=nats"):
        yield f"api events {text.replace(RARE, 'rare')}", _get(client, f"/api/v1/events?{text}")


def _later(client: Client) -> str:
    """The address of a later page, reached by the links to older ones."""
    address = "/admin/events/outboxentry/"
    for _ in range(LATER_PAGE - 1):
        older = OLDER.search(client.get(address, secure=True).content.decode())
        if older is None:
            raise WrongCountError(f"{address} has no older page")
        address = f"/admin/events/outboxentry/{unescape(older[1])}"
    return address


def _get(client: Client, path: str, *, follow: bool = False, **query: str) -> Ask:
    address = f"{path}?{urlencode(query)}" if any(query.values()) else path

    def ask() -> bytes:
        response = client.get(address, secure=True, follow=follow)
        if response.status_code != 200:
            raise WrongCountError(f"{address} answers {response.status_code}")
        return response.content

    return ask


def _measured(name: str, ask: Ask, runs: int) -> Result:
    before = _scans()
    values = [_milliseconds(ask) for _ in range(runs + 1)][1:]
    scanned = [name for name, rows in _scans().items() if rows - before[name] > FEW * len(values)]
    if scanned:
        raise WrongCountError(f"lists/{name} reads through {', '.join(scanned)}")
    return Result(f"lists/{name}", "ms", values, target=TARGET)


def _milliseconds(ask: Ask) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1000


def _scans() -> dict[str, int]:
    """Rows read by sequential scans so far, by table. What a connection did is told when it ends."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(SCANS)
        return dict(cursor.fetchall())
