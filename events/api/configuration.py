"""What the views of rules and destinations have in common, and how they are documented."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

from events.api.documented import READ_PROBLEMS, WRITE_PROBLEMS, problems
from events.api.schema import link
from events.api.strict import StrictJSONParser, StrictView
from events.api_keys import Scope

UNKNOWN = "Nothing of this kind has this id."
INVALID = "Members are unknown, missing or invalid: `errors` names each with its place."
STALE = "It was changed or deleted since it had this ETag."
TAKEN = "The name is taken."
PRECONDITIONS = {412: STALE, 428: "If-Match is missing."}

READING = problems({**READ_PROBLEMS, 404: UNKNOWN})
LISTING = problems(READ_PROBLEMS)
CREATING = problems({**WRITE_PROBLEMS, 400: INVALID, 409: TAKEN})
REPLACING = problems({**WRITE_PROBLEMS, 400: INVALID, 404: UNKNOWN, 409: TAKEN, **PRECONDITIONS})
DELETING = problems({**READ_PROBLEMS, 404: UNKNOWN, **PRECONDITIONS})

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True,
    description='The ETag it had when you read it, such as `"r3"`: a change made for another state is refused.',
)  # fmt: skip


class ConfigurationView(StrictView):
    """Who may read may look at configuration; it takes a scope of its own to change it."""

    required_scope = Scope.CONFIGURE
    required_scopes = {"GET": Scope.READ}


class ConfigurationParser(StrictJSONParser):
    """Filters may be nested 8 deep, each level an object in a list, within a destination's condition."""

    max_depth = 24


def etag(*statuses: int) -> OpenApiParameter:
    return OpenApiParameter(
        "ETag", str, OpenApiParameter.HEADER, response=list(statuses), required=True,
        description="Says which state this is; send it as If-Match with a change.",
    )  # fmt: skip


LOCATION = OpenApiParameter(
    "Location", str, OpenApiParameter.HEADER, response=[201], required=True, description="Where it can be read."
)


def by_id(operation_id: str) -> dict[str, Any]:
    """A link from an answer to another operation on the same thing."""
    return link(operation_id, id="$response.body#/id")


def with_tag(operation_id: str) -> dict[str, Any]:
    """A link to an operation that changes the very state of the answer."""
    return link(operation_id, id="$response.body#/id", **{"If-Match": "$response.header.ETag"})


def put_back(operation_id: str) -> dict[str, Any]:
    """A link to the operation that takes the answer back, changed or not."""
    return {**with_tag(operation_id), "requestBody": "$response.body"}
