"""What the palette finds: pages and acts by their words, rules and destinations by name, an event by its id."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from controlplane.site.navigation import navigation
from events.admin.base import user_of
from events.models import EventType
from routing.models import Destination, RoutingRule
from routing.search.bounded import SearchTimeoutError
from routing.search.find import find_events
from routing.search.qualifiers import QueryError, parse_query

LIMIT = 30
EACH = 8
MAX_TERM = 200

# Title, icon, page and permission of what people do rather than look at.
ACTS = (
    ("Publish the rules", "publish", "admin:routing_routingrule_publish", "routing.add_routingtable"),
    ("Add a rule", "add", "admin:routing_routingrule_add", "routing.add_routingrule"),
    ("Add a destination", "add", "admin:routing_destination_add", "routing.add_destination"),
    ("Add an event type", "add", "admin:events_eventtype_add", "events.add_eventtype"),
    ("Write a schema draft", "add", "admin:events_schemaversion_add", "events.add_schemaversion"),
    ("Map a legacy type", "add", "admin:events_legacytype_add", "events.add_legacytype"),
    ("Make an API key", "add", "admin:events_apikey_add", "events.add_apikey"),
    ("Change my password", "password", "admin:password_change", ""),
)


def find(request: HttpRequest, term: str) -> list[SearchResult]:
    """The best first, at most LIMIT; only what this person may see."""
    if not term or len(term) > MAX_TERM or not term.isprintable():
        return []
    user = user_of(request)
    return list(islice(_everything(request, user, term), LIMIT))


def _everything(request: HttpRequest, user: User, term: str) -> Iterator[SearchResult]:
    yield from _events(user, term)
    yield from _pages(request, term)
    yield from _acts(user, term)
    if user.has_perm("routing.view_routingrule"):
        rules = RoutingRule.objects.filter(Q(name__icontains=term) | Q(type_pattern__icontains=term))[:EACH]
        yield from (
            _object(rule.name, f"Rule for {rule.type_pattern}", "rule", "routingrule", rule.pk) for rule in rules
        )
    if user.has_perm("routing.view_destination"):
        destinations = Destination.objects.filter(name__icontains=term)[:EACH]
        yield from (_object(one.name, one.get_kind_display(), "hub", "destination", one.pk) for one in destinations)
    if user.has_perm("events.view_eventtype"):
        yield from (
            _type(*found) for found in EventType.objects.filter(name__icontains=term).values_list("name", "pk")[:EACH]
        )


def _events(user: User, term: str) -> Iterator[SearchResult]:
    """An id leads to its event; a search with qualifiers leads to the list it is a search of."""
    if not user.has_perm("events.view_outboxentry"):
        return
    try:
        query = parse_query(term)
        if query.id is None:
            yield SearchResult("Search the events", term, _search(term), "search")
            return
        found = find_events(query, tenant=None, limit=EACH).entries
    except (QueryError, SearchTimeoutError):
        return
    for entry in found:
        address = reverse("admin:events_outboxentry_change", args=[entry.pk])
        yield SearchResult(entry.event_id, f"Event {entry.type} of {entry.source}", address, "bolt")


def _search(term: str) -> str:
    return f"{reverse('admin:events_outboxentry_changelist')}?{urlencode({'q': term})}"


def _pages(request: HttpRequest, term: str) -> Iterator[SearchResult]:
    for group in navigation(request):
        for item in group["items"]:
            if term.lower() in f"{group['title']} {item['title']}".lower():
                yield SearchResult(item["title"], group["title"] or "Page", item["link"], item["icon"])


def _acts(user: User, term: str) -> Iterator[SearchResult]:
    for title, icon, page, permission in ACTS:
        if term.lower() in title.lower() and (not permission or user.has_perm(permission)):
            yield SearchResult(title, "Act", reverse(page), icon)


def _type(name: str, pk: int) -> SearchResult:
    return SearchResult(name, "Event type", reverse("admin:events_eventtype_change", args=[pk]), "category")


def _object(title: str, description: str, icon: str, model: str, pk: int) -> SearchResult:
    return SearchResult(title, description, reverse(f"admin:routing_{model}_change", args=[pk]), icon)
