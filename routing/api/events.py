"""Events over the API: found by filters, or one with everything that became of it. Handing in is next door."""

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, problems
from events.api.pages import page_body, read_cursor, write_cursor
from events.api.schema import link, links
from events.api.strict import StrictView
from events.api.views import IngestView
from events.api_keys import Scope
from events.models import OutboxEntry
from routing.api.filters import FOUND_PROBLEMS, EventFilters, event_query, searching
from routing.api.representation import EventPageSerializer, EventSerializer, ListedEventSerializer
from routing.rule_names import rule_names
from routing.search.find import find_events

UNKNOWN = "No event of the key's tenant has this id."
WINDOW = (
    "The newest first, without their data. A page looks through a bounded part of what there is, so it may have few "
    "items, or none, and still a `next`: the end is where `next` is null. `searched_back_to` says how far it came."
)


class EventsView(IngestView, StrictView):
    queries = {"GET": EventFilters}

    @extend_schema(
        operation_id="list_events",
        summary="Find events",
        description=WINDOW,
        responses={200: EventPageSerializer, **problems(FOUND_PROBLEMS)},
        extensions=links(200, read=link("read_event", uuid="$response.body#/items/0/id")),
    )
    def get(self, request: Request) -> Response:
        before = read_cursor(self.query["cursor"]) if "cursor" in self.query else None
        query = event_query(EventFilters, self.query)
        with searching(EventFilters):
            found = find_events(query, tenant=caller_of(request).tenant, before=before, limit=self.query["limit"])
        following = None if found.before is None else write_cursor(found.before)
        body = page_body(list(ListedEventSerializer(found.entries, many=True).data), following)
        return Response({**body, "searched_back_to": found.searched_back_to})


class EventView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_event",
        summary="An event, its deliveries and their attempts",
        responses={200: EventSerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        entries = OutboxEntry.objects.filter(tenant=caller_of(request).tenant, uuid=uuid)
        entries = entries.select_related("pending", "unrouted")
        entry = entries.prefetch_related("deliveries__destination", "deliveries__tries").first()
        if entry is None:
            raise Http404
        context = {"rule_names": rule_names(entry.deliveries.all())}
        return Response(EventSerializer(entry, context=context).data)
