"""A day's work for the demo, made up: what its pages look like in an installation where something is going on."""

from collections.abc import Iterator

from tests.browser.demo import Demo, cloud_event

CHANGES = (
    ("objecttype.schema.created", "Employee"),
    ("linktype.schema.updated", "Employee.department"),
    ("property.schema.deleted", "Employee.nickname"),
    ("main.branch.merged", "feature/hr"),
    ("objecttype.action.applied", "Hire"),
    ("index.system.refreshed", "employees"),
    ("dataset.imported", "payroll"),
)
SNAPSHOT = "com.foundry.oms.snapshot.taken"
REPORT = "com.foundry.oms.report.made"
SEARCH = "com.foundry.oms.search.indexed"
SMALL, LARGE, LETTERS = 1024, 262_144, 400

# Counts of a day, by minute for its last hour: nobody waits that long for a picture.
HISTORY = """
import math, random
from datetime import timedelta
from routing.models import Delivery, Destination, RoutingRule, Tally
from events.clock import database_now
from routing.numbers.periods import buckets

random.seed(7)
rules = list(RoutingRule.objects.filter(priority__lte=400).order_by("-priority").values_list("pk", flat=True))
reports = Destination.objects.get(name="reports").pk
dead = Delivery.objects.filter(state="dead", destination=reports).count()

def counts(begins, seconds, now):
    share = min(1, (now - begins).total_seconds() / seconds)
    rate = 42 + 30 * math.sin((begins.hour + begins.minute / 60 - 8) * math.pi / 12) + random.uniform(-4, 4)
    number = int(max(rate, 3) * seconds * share)
    yield "accepted", 0, 0, number
    yield "delivered", 1, 0, int(number * 0.9)
    yield "delivered", 2, 0, int(number * 0.45)
    if begins <= now - timedelta(minutes=24) < begins + timedelta(seconds=max(seconds, 400)):
        yield "failed", 2, 0, number // (30 if seconds == 60 else 100)
    if (now - begins).total_seconds() < seconds:
        yield "dead", reports, 0, dead
    for place, rule in enumerate(rules):
        yield "matched", 0, rule, number // (place + 2)

now = database_now()
Tally.objects.all().delete()
Tally.objects.bulk_create(
    Tally(period=period, begins=begins, outcome=outcome, destination_id=to, rule_id=rule, count=count)
    for period, back in ((60, 61), (3600, 25))
    for begins in buckets(now, period, back)
    for outcome, to, rule, count in counts(begins, period, now)
)
"""

HALF = """
from datetime import timedelta
from uuid import uuid4
from dlq.models import Operation
from events.clock import database_now

now = database_now()
held = {"token": uuid4(), "expires_at": now + timedelta(minutes=1)}
Operation.objects.filter(pk=Operation.objects.latest("pk").pk).update(
    state="running", total=48_000, taken=19_500, started_at=now - timedelta(seconds=8), finished_at=None, **held
)
"""


def make_traffic(demo: Demo) -> None:
    """Events that arrived, some that wait for a paused destination, some that are dead."""
    demo.add_destination("reports", "eventbridge", max_entry_bytes=SMALL)
    search = demo.add_destination("search-index", "nats")
    demo.add_rule("Reports", "*.report.*", "reports", priority=475)
    demo.add_rule("Search", "*.search.*", "search-index", priority=450)
    demo.publish()
    demo.post_all(list(_changes(300)))
    demo.api("POST", f"/destinations/{search['id']}/pause", {"reason": "The cluster is being upgraded, back at noon"})
    _hold(demo)
    demo.wait_for(demo.post_all([_report(number) for number in range(LETTERS)])[-1], "dead")


def redrive_one(demo: Demo) -> str:
    """The entry of an event that was too large for the archive until that took larger ones."""
    demo.add_destination("archive", "eventbridge", max_entry_bytes=SMALL)
    demo.add_rule("Snapshots", "*.snapshot.*", "nats", "archive", priority=500)
    demo.publish()
    data = {
        "branch": "main",
        "commit": "4f1d2c9",
        "author": "ci",
        "objects": list(range(300)),
    }
    probe, entry = (
        demo.post(f"snapshot-release-{number}", SNAPSHOT, subject=f"release/{number}", data=data) for number in (6, 7)
    )
    demo.wait_for(probe, "dead")
    demo.wait_for(entry, "dead")
    demo.enlarge("archive", LARGE, probe)
    demo.api("POST", "/dead-letters/redrive", {"filter": {"destination": "archive"}})
    demo.wait_for(entry, "delivered")
    return entry


def write_history(demo: Demo) -> None:
    """To be written before each picture of numbers: a minute later the last one would be missing."""
    _run(demo, HISTORY)


def halve_operation(demo: Demo) -> None:
    """Show the newest operation as if it had more to do: what the demo has is done before anybody could look."""
    _run(demo, HALF)


def _run(demo: Demo, code: str) -> None:
    demo.manage("shell", "--no-imports", "-v", "0", "-c", code)


def _changes(number: int) -> Iterator[dict[str, object]]:
    for place in range(number):
        kind, subject = CHANGES[place % len(CHANGES)]
        yield cloud_event(f"change-{place}", f"com.foundry.oms.{kind}", subject=subject, partitionkey=subject)


def _report(number: int) -> dict[str, object]:
    data = {"branch": "main", "objects": number, "digest": "0123456789abcdef" * 64}
    return cloud_event(f"report-{number}", REPORT, data=data)


def _hold(demo: Demo) -> None:
    """Until one waits: workers look at what is paused twice a second."""
    waits, number = False, 0
    while not waits:
        entry = demo.post(f"indexed-{number}", SEARCH, partitionkey=str(number))
        demo.wait_until_taken_up(entry)
        waits, number = demo.event(entry)["state"] == "pending", number + 1
    demo.post_all([cloud_event(f"indexed-more-{more}", SEARCH, partitionkey=str(more)) for more in range(37)])
