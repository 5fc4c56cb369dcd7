"""Filters of dead letters and of unrouted events over the API, as parameters of a list and as a member of a body."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from rest_framework import serializers

from events.api.pages import PageQuery
from events.api.problems import Problem
from events.api.strict import StrictSerializer
from routing.api.filters import DeliveryQualifiers, EventQualifiers, event_query, too_slow
from routing.search.bounded import SearchTimeoutError
from routing.search.qualifiers import MAX_NUMBER, EventQuery, QueryError


class LetterQualifiers(DeliveryQualifiers, EventQualifiers):
    """Which dead letters; all that is given must hold."""

    state = None  # type: ignore[assignment]


class UnroutedQualifiers(EventQualifiers):
    """Which unrouted events; all that is given must hold."""

    destination = None  # type: ignore[assignment]
    rule = None  # type: ignore[assignment]
    state = None  # type: ignore[assignment]


class LetterQuery(LetterQualifiers, PageQuery):
    """The parameters of a list of dead letters."""


class UnroutedQuery(UnroutedQualifiers, PageQuery):
    """The parameters of a list of unrouted events."""


class _InBody(StrictSerializer):
    """`table` is a number here, and something is said."""

    also = {"minProperties": 1}
    table = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_NUMBER, help_text="Routed by this version of the table."
    )


class LetterFilter(_InBody, LetterQualifiers):  # type: ignore[misc]
    """Which dead letters; all that is given must hold."""


class UnroutedFilter(_InBody, UnroutedQualifiers):  # type: ignore[misc]
    """Which unrouted events; all that is given must hold."""


def query_in_body(filters: type[StrictSerializer], given: Mapping[str, Any]) -> EventQuery:
    """What the search shall find, of the validated members of a filter in a body."""
    return replace(event_query(filters, given), table=given.get("table"))


@contextmanager
def acting(filters: type[StrictSerializer]) -> Iterator[None]:
    """Raises Problem 404 for a destination or a rule that there is not, 400 for an empty span, 503 for a slow count."""
    try:
        yield
    except SearchTimeoutError as error:
        raise too_slow(error) from error
    except QueryError as error:
        qualifier = error.word.partition(":")[0]
        names = {getattr(field, "qualifier", None): name for name, field in filters().fields.items()}
        place = f"/filter/{names.get(qualifier, qualifier)}"
        if qualifier == "until":
            fault = {"pointer": place, "code": "invalid", "detail": error.message}
            raise Problem(400, "invalid", "Bad Request", "the filter is invalid", errors=[fault]) from error
        fault = {"pointer": place, "code": "not-found", "detail": error.message}
        raise Problem(404, "not-found", "Not found", "a filter names what does not exist", errors=[fault]) from error
