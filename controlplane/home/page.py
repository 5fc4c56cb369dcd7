"""What the home page shows to somebody: read at one moment, without what they may not see."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from controlplane.home import place
from controlplane.home.address import address, may_see
from controlplane.home.charts import chart
from controlplane.home.figures import Published, figures
from controlplane.home.first_steps import example, nothing_accepted, steps
from controlplane.home.place import Place
from controlplane.home.verdict import is_stale, judge
from controlplane.home.words import share
from events.admin.base import user_of
from events.clock import database_now
from routing import publish_table
from routing.models import DestinationHealth, RoutingTable
from routing.numbers.read import DestinationNumbers, Overview, overview, series
from routing.wording import duration


def home(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """A template and what it shows: for somebody without a role one that says whom to ask, not an empty page."""
    if _has_a_role(user_of(request)):
        return "home", standing(request) | charts(request)
    administrators = User.objects.filter(is_superuser=True, is_active=True).order_by("username")[:5]
    return "no_role", {"administrators": administrators, "access_contact": settings.ACCESS_CONTACT}


def standing(request: HttpRequest) -> dict[str, Any]:
    """What changes from second to second."""
    user, now, seen = user_of(request), database_now(), overview()
    held = _held(seen, now)
    verdict = judge(seen, held, partial(may_see, user))
    return {
        "verdict": verdict,
        "sentences": [{"level": one.level, "text": one.text, **_linked(user, one.place)} for one in verdict.sentences],
        "figures": [
            {"figure": one, **_linked(user, one.place)}
            for one in figures(seen, _published(seen, user, now))
            if may_see(user, one.place)
        ],
        "destinations": _destinations(user, seen, held) if may_see(user, Place(place.DESTINATION)) else None,
        "may_add_destination": user.has_perm("routing.add_destination"),
        "stale": is_stale(seen),
        "first_steps": _first_steps(request, user),
    }


def charts(request: HttpRequest) -> dict[str, Any]:
    """Of the last hour and the last day, for those who may see deliveries."""
    if not may_see(user_of(request), Place(place.DELIVERIES)):
        return {"charts": []}
    return {"charts": [chart("hour", series("hour")), chart("day", series("day"))]}


def _has_a_role(user: User) -> bool:
    """Whether there is anything at all for them to see."""
    return bool(user.is_superuser or user.get_all_permissions())


def _linked(user: User, where: Place) -> dict[str, str]:
    return {"href": address(where) if may_see(user, where) else ""}


def _held(seen: Overview, now: datetime) -> dict[int, float]:
    if all(one.state == "ready" for one in seen.destinations):
        return {}
    rows = DestinationHealth.objects.filter(Q(unreachable_since__isnull=False) | Q(held_since__isnull=False))
    since = {row.pk: row.unreachable_since or row.held_since for row in rows}
    return {pk: max(0.0, (now - moment).total_seconds()) for pk, moment in since.items() if moment}


def _published(seen: Overview, user: User, now: datetime) -> Published | None:
    if seen.table_version is None or not may_see(user, Place(place.TABLE)):
        return None
    rows = RoutingTable.objects.defer("snapshot").select_related("published_by", "published_by_key")
    table = rows.get(version=seen.table_version)
    by = table.published_by or table.published_by_key or "a command"
    drafts = may_see(user, place.RULES) and publish_table.draft_differs()
    return Published((now - table.published_at).total_seconds(), f"by {by}", drafts)


def _destinations(user: User, seen: Overview, held: dict[int, float]) -> list[dict[str, Any]]:
    """Those with a problem first."""
    rows = sorted(seen.destinations, key=lambda one: (-_trouble(one), one.name))
    return [_destination(user, one, held.get(one.id)) for one in rows]


def _trouble(one: DestinationNumbers) -> int:
    ranks: Iterable[tuple[bool, int]] = (
        ("unreachable" in one.state, 8),
        ("paused" in one.state, 4),
        (one.dead > 0, 2),
        (one.failed_hour > 0, 1),
    )
    return sum(rank for holds, rank in ranks if holds)


def _destination(user: User, one: DestinationNumbers, held: float | None) -> dict[str, Any]:
    waiting = Place(place.DELIVERIES, f"dest:{one.name} state:pending")
    delivered = Place(place.DELIVERIES, f"dest:{one.name} state:delivered since:1h")
    dead = Place("dlq.deadletter", f"dest:{one.name}")
    return {
        "numbers": one,
        "states": one.state.split("+"),
        "held": duration(held),
        "oldest": duration(one.oldest_seconds),
        "success": share(one.success_share),
        "href": _linked(user, Place(place.DESTINATION, pk=one.id))["href"],
        "waiting_href": _linked(user, waiting)["href"],
        "delivered_href": _linked(user, delivered)["href"],
        "dead_href": _linked(user, dead)["href"],
    }


def _first_steps(request: HttpRequest, user: User) -> dict[str, Any] | None:
    if not nothing_accepted():
        return None
    return {
        "steps": [{"step": one, "href": reverse(one.page) if user.has_perm(one.permission) else ""} for one in steps()],
        "example": example(request.build_absolute_uri("/api/v1/events")),
    }
