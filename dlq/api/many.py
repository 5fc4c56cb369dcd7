"""An act on many over the API: which ones, how many they would be, and the operation that does it."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from dlq.api.filters import LetterFilter, UnroutedFilter, acting, query_in_body
from dlq.api.operations import OperationSerializer, address_of
from dlq.operations.errors import MoreThanExpectedError
from dlq.operations.pace import MAX_RATE
from dlq.operations.plan import MOST_COUNTED, plan
from dlq.operations.start import start
from dlq.operations.subject import MAX_IDS, Subject
from events.api.documented import WRITE_PROBLEMS, problems
from events.api.problems import Problem
from events.api.strict import StrictSerializer
from events.models import OutboxEntry
from events.who import Caller

WHICH = ("ids", "filter", "all")
MANY = (
    "Exactly one of `ids`, `filter` and `all`. It is done in the background: `Location` is the operation, which says "
    "how far it is and can be cancelled. What dies, or becomes unrouted, after this call is not part of it."
)


@extend_schema_field({"type": "boolean", "const": True})
class Everything(serializers.BooleanField):
    """Said by true, or not at all."""


class Rate(serializers.IntegerField):
    def __init__(self) -> None:
        told = "At most so many a second, whoever does it; left out: as fast as it goes."
        super().__init__(required=False, min_value=1, max_value=MAX_RATE, help_text=told)


class ManySerializer(StrictSerializer):
    """Which ones: exactly one of `ids`, `filter` and `all`."""

    filters: type[StrictSerializer]
    also = {"oneOf": [{"required": [name]} for name in WHICH]}
    all = Everything(required=False, help_text="True, for all there are.")
    dry_run = serializers.BooleanField(default=False, help_text="Only say how many it would be about.")
    expected_count = serializers.IntegerField(
        required=False, min_value=0, max_value=2**53, help_text="Refuse if there are more by now."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in WHICH if name in attrs]
        if len(given) != 1:
            raise serializers.ValidationError("say exactly one of ids, filter and all")
        if attrs.get("all") is False:
            raise serializers.ValidationError({"all": "true, or leave it out"})
        if "filter" in attrs and not attrs["filter"]:
            raise serializers.ValidationError({"filter": 'an empty filter is said as {"all": true}'})
        return attrs

    def keys_of(self, ids: list[Any], tenant: str) -> list[int]:
        """The primary keys of what the API knows by these ids."""
        return ids


class RedriveManySerializer(ManySerializer):
    filters = LetterFilter
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MAX_IDS,
        required=False, help_text="Ids of dead letters; others are left alone.",
    )  # fmt: skip
    filter = LetterFilter(required=False)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    rate = Rate()


class DiscardManySerializer(RedriveManySerializer):
    rate = None  # type: ignore[assignment]
    reason = serializers.CharField(max_length=200, help_text="Kept with each letter, and with the operation.")


class EventIdField(serializers.UUIDField):
    """The library takes a number for one, too."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value="this")
        return super().to_internal_value(data)


class RouteManySerializer(ManySerializer):
    filters = UnroutedFilter
    ids = serializers.ListField(
        child=EventIdField(), min_length=1, max_length=MAX_IDS, required=False,
        help_text="Ids of events; those that are not unrouted are left alone.",
    )  # fmt: skip
    filter = UnroutedFilter(required=False)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    rate = Rate()

    def keys_of(self, ids: list[Any], tenant: str) -> list[int]:
        entries = OutboxEntry.objects.filter(uuid__in=ids, tenant=tenant)
        return list(entries.values_list("pk", flat=True))


class CountSerializer(serializers.Serializer[Any]):
    """What a dry run answers."""

    count = serializers.IntegerField(help_text=f"Exact up to {MOST_COUNTED}.")
    exact = serializers.BooleanField(help_text=f"False: more than {MOST_COUNTED}, which `count` is one above.")
    as_of = serializers.DateTimeField()


MANY_RESPONSES: dict[Any, Any] = {
    200: OpenApiResponse(CountSerializer, "A dry run: nothing is done."),
    202: OpenApiResponse(OperationSerializer, "Begun."),
    **problems(
        {
            **WRITE_PROBLEMS,
            404: "The filter names a destination or a rule that there is not.",
            409: "There are more than were expected.",
        }
    ),
}


def act_on_many(kind: str, wish: ManySerializer, caller: Caller) -> Response:
    """Count, or start an operation. Raises Problem 404 for a name that is unknown, 409 for more than expected."""
    said = wish.validated_data
    with acting(wish.filters):
        subject = _subject(wish, caller.tenant)
        if said["dry_run"]:
            return Response(CountSerializer(plan(kind, subject)).data)
        try:
            operation = start(
                kind, subject, by=caller, reason=said["reason"],
                expected_count=said.get("expected_count"), rate=said.get("rate"),
            )  # fmt: skip
        except MoreThanExpectedError as error:
            detail = f"there are {error.count} by now"
            raise Problem(409, "more-than-expected", "More than expected", detail) from error
    return Response(OperationSerializer(operation).data, status=202, headers={"Location": address_of(operation)})


def _subject(wish: ManySerializer, tenant: str) -> Subject:
    said = wish.validated_data
    if "ids" in said:
        return Subject.chosen(wish.keys_of(said["ids"], tenant), tenant)
    query = query_in_body(wish.filters, said.get("filter", {}))
    return Subject(query=query.to_text(), tenant=tenant)
