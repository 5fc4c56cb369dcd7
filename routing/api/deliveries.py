"""Deliveries over the API."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, problems
from events.api.pages import page_body, read_cursor, write_cursor
from events.api.schema import link, links
from events.api.strict import StrictView
from events.api_keys import Scope
from routing.api.filters import FOUND_PROBLEMS, DeliveryFilters, event_query, searching
from routing.api.representation import DeliveryPageSerializer, ListedDeliverySerializer, WholeDeliverySerializer
from routing.models import Delivery
from routing.rule_names import rule_names
from routing.search.find import find_deliveries

UNKNOWN = "No delivery of the key's tenant has this id."


class DeliveriesView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": DeliveryFilters}

    @extend_schema(
        operation_id="list_deliveries",
        summary="Find deliveries",
        description="Those of the newest events first, without their tries; bounded as the list of events is.",
        responses={200: DeliveryPageSerializer, **problems(FOUND_PROBLEMS)},
        extensions=links(200, read=link("read_delivery", id="$response.body#/items/0/id")),
    )
    def get(self, request: Request) -> Response:
        before = read_cursor(self.query["cursor"]) if "cursor" in self.query else None
        query = event_query(DeliveryFilters, self.query)
        with searching(DeliveryFilters):
            found = find_deliveries(query, tenant=caller_of(request).tenant, before=before, limit=self.query["limit"])
        context = {"rule_names": rule_names(found.deliveries)}
        items = ListedDeliverySerializer(found.deliveries, many=True, context=context).data
        body = page_body(list(items), None if found.before is None else write_cursor(found.before))
        return Response({**body, "searched_back_to": found.searched_back_to})


class DeliveryView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_delivery",
        summary="A delivery and its failed tries",
        responses={200: WholeDeliverySerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
        extensions=links(200, event=link("read_event", uuid="$response.body#/event/id")),
    )
    def get(self, request: Request, pk: int) -> Response:
        rows = Delivery.objects.filter(entry__tenant=caller_of(request).tenant, pk=pk)
        delivery = rows.select_related("destination", "entry").prefetch_related("tries").first()
        if delivery is None:
            raise Http404
        return Response(WholeDeliverySerializer(delivery, context={"rule_names": rule_names([delivery])}).data)
