"""Dead letters over the API: listed, read, and redriven or discarded, one or many."""

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dlq.api.filters import LetterQuery
from dlq.api.many import MANY, MANY_RESPONSES, DiscardManySerializer, RedriveManySerializer, act_on_many
from dlq.models import Operation
from dlq.one import discard_one, redrive_one
from dlq.operations.subject import DEAD
from events.api.authentication import caller_of
from events.api.documented import READ_PROBLEMS, WRITE_PROBLEMS, problems
from events.api.pages import page_body, read_cursor, write_cursor
from events.api.problems import Problem
from events.api.schema import link, links
from events.api.strict import NoBody, StrictSerializer, StrictView, body_of
from events.api_keys import Scope
from routing.api.filters import FOUND_PROBLEMS, event_query, searching
from routing.api.representation import (
    DeliveryPageSerializer,
    DeliverySerializer,
    ListedDeliverySerializer,
    WholeDeliverySerializer,
    shown_delivery,
)
from routing.models import Delivery
from routing.rule_names import rule_names
from routing.search.find import find_deliveries

UNKNOWN = "No dead letter of the key's tenant has this id."
NOT_TAKEN = {404: UNKNOWN, 409: "It is dead no longer."}


class DiscardSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


def _delivery(request: Request, pk: int) -> Delivery:
    """A delivery of an event of the caller's tenant, or 404."""
    rows: QuerySet[Delivery] = Delivery.objects.filter(entry__tenant=caller_of(request).tenant)
    rows = rows.select_related("destination", "entry").defer("entry__data", "entry__extensions")
    delivery = rows.prefetch_related("tries").filter(pk=pk).first()
    if delivery is None:
        raise Http404
    return delivery


def _changed(request: Request, pk: int, taken: bool, status: int) -> Response:
    if not taken:
        raise Problem(409, "not-dead", "Not a dead letter", "the delivery is not dead, or dead no longer")
    return Response(shown_delivery(_delivery(request, pk)), status=status)


FIRST = "$response.body#/items/0/id"


class DeadLettersView(StrictView):
    required_scope = Scope.READ
    queries = {"GET": LetterQuery}

    @extend_schema(
        operation_id="list_dead_letters",
        summary="Dead letters, those of the newest events first",
        description="Bounded as the list of events is.",
        responses={200: DeliveryPageSerializer, **problems(FOUND_PROBLEMS)},
        extensions=links(
            200,
            read=link("read_dead_letter", id=FIRST),
            redrive=link("redrive_dead_letter", id=FIRST),
            discard=link("discard_dead_letter", id=FIRST),
        ),
    )
    def get(self, request: Request) -> Response:
        before = read_cursor(self.query["cursor"]) if "cursor" in self.query else None
        query, tenant = event_query(LetterQuery, self.query), caller_of(request).tenant
        with searching(LetterQuery):
            found = find_deliveries(query, tenant=tenant, before=before, limit=self.query["limit"], states=DEAD)
        context = {"rule_names": rule_names(found.deliveries)}
        items = ListedDeliverySerializer(found.deliveries, many=True, context=context).data
        following = None if found.before is None else write_cursor(found.before)
        return Response({**page_body(list(items), following), "searched_back_to": found.searched_back_to})


class DeadLetterView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_dead_letter",
        summary="A dead letter",
        responses={200: WholeDeliverySerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, pk: int) -> Response:
        delivery = _delivery(request, pk)
        if delivery.state != Delivery.State.DEAD:
            raise Http404
        return Response(WholeDeliverySerializer(delivery, context={"rule_names": rule_names([delivery])}).data)


class RedriveView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="redrive_dead_letter",
        summary="Put a dead letter back on its way",
        request=None,
        responses={202: DeliverySerializer, **problems({**WRITE_PROBLEMS, **NOT_TAKEN})},
    )
    def post(self, request: Request, pk: int) -> Response:
        NoBody(data=request.data).is_valid(raise_exception=True)
        delivery = _delivery(request, pk)
        return _changed(request, pk, redrive_one(delivery.pk, by=caller_of(request)), 202)


class DiscardView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="discard_dead_letter",
        summary="Give a dead letter up",
        request=DiscardSerializer,
        responses={200: DeliverySerializer, **problems({**WRITE_PROBLEMS, **NOT_TAKEN})},
    )
    def post(self, request: Request, pk: int) -> Response:
        wish = body_of(DiscardSerializer, request)
        delivery = _delivery(request, pk)
        taken = discard_one(delivery.pk, reason=wish["reason"], by=caller_of(request))
        return _changed(request, pk, taken, 200)


class RedriveManyView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="redrive_dead_letters",
        summary="Put many dead letters back on their way",
        description=MANY,
        request=RedriveManySerializer,
        responses=MANY_RESPONSES,
    )
    def post(self, request: Request) -> Response:
        wish = RedriveManySerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        return act_on_many(Operation.Kind.REDRIVE, wish, caller_of(request))


class DiscardManyView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="discard_dead_letters",
        summary="Give many dead letters up",
        description=MANY,
        request=DiscardManySerializer,
        responses=MANY_RESPONSES,
    )
    def post(self, request: Request) -> Response:
        wish = DiscardManySerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        return act_on_many(Operation.Kind.DISCARD, wish, caller_of(request))
