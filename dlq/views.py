"""Dead letters over the API: one to be read, redriven or discarded."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dlq.discard import discard
from dlq.redrive import redrive
from events.api.problems import Problem
from events.api_keys import Scope
from routing.api.representation import DeliverySerializer, shown_delivery
from routing.api.strict import NoBody, StrictSerializer, StrictView
from routing.api.views import READ_PROBLEMS, WRITE_PROBLEMS, caller_of, problems
from routing.models import Delivery

UNKNOWN = "No dead letter of the key's tenant has this id."
NOT_TAKEN = {404: UNKNOWN, 409: "It is dead no longer."}


class DiscardSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


def _delivery(request: Request, pk: int) -> Delivery:
    """A delivery of an event of the caller's tenant, or 404."""
    rows: QuerySet[Delivery] = Delivery.objects.filter(entry__tenant=caller_of(request).tenant)
    delivery = rows.select_related("destination").prefetch_related("tries").filter(pk=pk).first()
    if delivery is None:
        raise Http404
    return delivery


def _changed(request: Request, pk: int, taken: int, status: int) -> Response:
    if not taken:
        raise Problem(409, "not-dead", "Not a dead letter", "the delivery is not dead, or dead no longer")
    return Response(shown_delivery(_delivery(request, pk)), status=status)


def _actor(request: Request) -> str:
    return f"API key {caller_of(request).key_id}"


class DeadLetterView(StrictView):
    required_scope = Scope.READ

    @extend_schema(
        operation_id="read_dead_letter",
        summary="A dead letter",
        responses={200: DeliverySerializer, **problems({**READ_PROBLEMS, 404: UNKNOWN})},
    )
    def get(self, request: Request, pk: int) -> Response:
        delivery = _delivery(request, pk)
        if delivery.state != Delivery.State.DEAD:
            raise Http404
        return Response(shown_delivery(delivery))


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
        return _changed(request, pk, redrive([delivery.pk], by=_actor(request)), 202)


class DiscardView(StrictView):
    required_scope = Scope.OPERATE

    @extend_schema(
        operation_id="discard_dead_letter",
        summary="Give a dead letter up",
        request=DiscardSerializer,
        responses={200: DeliverySerializer, **problems({**WRITE_PROBLEMS, **NOT_TAKEN})},
    )
    def post(self, request: Request, pk: int) -> Response:
        wish: Any = DiscardSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        delivery = _delivery(request, pk)
        taken = discard([delivery.pk], reason=wish.validated_data["reason"], by=_actor(request))
        return _changed(request, pk, taken, 200)
