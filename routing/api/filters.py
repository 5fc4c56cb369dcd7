"""The search's qualifiers as query parameters of their own, each checked and blamed by its own name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from events.api.documented import READ_PROBLEMS
from events.api.pages import PageQuery
from events.api.problems import Problem
from events.api.strict import StrictSerializer
from routing.models import Delivery
from routing.search.bounded import SearchTimeoutError
from routing.search.qualifiers import MAX_NUMBER, STATES, EventQuery, QueryError, parse_query

LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"
"""Without control characters."""
FOUND_PROBLEMS = {**READ_PROBLEMS, 404: "A filter names a destination or a rule that does not exist."}
NAME = r"^[-A-Za-z0-9_]{1,64}$"


class Qualifier(serializers.CharField):
    """A parameter that means what `qualifier` means in the search; `schema` is what the OpenAPI document says of it."""

    def __init__(self, qualifier: str, help_text: str, **schema: Any) -> None:
        longest = schema.get("maxLength")
        super().__init__(required=False, trim_whitespace=False, help_text=help_text, max_length=longest)
        self.qualifier = qualifier
        self.schema = {"type": "string", **schema}

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        if text not in self.schema.get("enum", [text]):
            raise serializers.ValidationError(f"one of {', '.join(self.schema['enum'])}")
        try:
            written = EventQuery(**{self.qualifier: text}).to_text()  # type: ignore[arg-type]
            return getattr(parse_query(written), self.qualifier)
        except QueryError as error:
            raise serializers.ValidationError(error.message) from error


class QualifierSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes a `Qualifier`."""

    target_class = Qualifier

    def map_serializer_field(self, auto_schema: object, direction: object) -> dict[str, Any]:
        schema: dict[str, Any] = self.target.schema
        return schema


def _line(qualifier: str, help_text: str, longest: int) -> Qualifier:
    return Qualifier(qualifier, help_text, minLength=1, maxLength=longest, pattern=LINE)


def _moment(qualifier: str, help_text: str) -> Qualifier:
    forms = [{"format": "date-time"}, {"pattern": r"^[0-9]{1,3}[smhd]$"}]
    return Qualifier(qualifier, f"{help_text}: a time (RFC 3339), or how long ago (90s, 15m, 1h, 7d).", anyOf=forms)


class EventQualifiers(StrictSerializer):
    """Which events; all that is given must hold. `*` in `type`, `source` and `subject` is any run of characters."""

    type = _line("type", "As in com.example.order.*", 255)
    source = _line("source", "As in /shop/*", 900)  # type: ignore[assignment]
    subject = _line("subject", "As in order/1*", 900)
    destination = Qualifier("dest", "With a delivery to the destination of this name.", pattern=NAME)
    state = Qualifier("state", "What became of it.", enum=list(STATES))
    since = _moment("since", "Accepted then or later")
    until = _moment("until", "Accepted before then")
    event_id = _line("id", "The id that its producer gave it, or the one it was given here.", 256)
    key = _line("key", "Its partition key.", 256)
    rule = _line("rule", "With a delivery by this rule: its id or name.", 100)
    table = Qualifier("table", "Routed by this version of the table.", type="integer", minimum=1, maximum=MAX_NUMBER)


class DeliveryQualifiers(StrictSerializer):
    """Which deliveries; all that is given must hold."""

    destination = Qualifier("dest", "To the destination of this name.", pattern=NAME)
    state = Qualifier("state", "How it stands.", enum=Delivery.State.values)
    since = _moment("since", "Of events accepted then or later")
    until = _moment("until", "Of events accepted before then")
    rule = _line("rule", "By this rule: its id or name.", 100)
    error_class = _line("error", "Its last error is of this class.", 100)


class EventFilters(EventQualifiers, PageQuery):
    """The parameters of a list of events."""


class DeliveryFilters(DeliveryQualifiers, PageQuery):
    """The parameters of a list of deliveries."""


def event_query(filters: type[StrictSerializer], given: Mapping[str, Any]) -> EventQuery:
    """What the search shall find, of validated parameters."""
    qualifiers = {name: field.qualifier for name, field in filters().fields.items() if isinstance(field, Qualifier)}
    return EventQuery(**{qualifier: given[name] for name, qualifier in qualifiers.items() if name in given})


@contextmanager
def searching(filters: type[StrictSerializer]) -> Iterator[None]:
    """Raises Problem 404 for a destination or a rule that there is not, 503 for a search that takes too long."""
    try:
        yield
    except QueryError as error:
        fault = {"parameter": _parameter(filters, error), "code": "not-found", "detail": error.message}
        raise Problem(404, "not-found", "Not found", "a filter names what does not exist", errors=[fault]) from error
    except SearchTimeoutError as error:
        raise too_slow(error) from error


def too_slow(error: SearchTimeoutError) -> Problem:
    detail = f"{error}: narrow it, by a destination or a time"
    return Problem(503, "search-timeout", "Search took too long", detail, {"Retry-After": "5"})


def _parameter(filters: type[StrictSerializer], error: QueryError) -> str:
    qualifier = error.word.partition(":")[0]
    fields = filters().fields.items()
    return next(name for name, field in fields if isinstance(field, Qualifier) and field.qualifier == qualifier)
