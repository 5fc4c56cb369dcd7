"""What can be asked about schemas that are stored nowhere: how they compare, and what a merge of them is."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.documented import WRITE_PROBLEMS, problems
from events.api.strict import StrictSerializer, StrictView, body_of
from events.api_keys import Scope
from events.problem import Problem
from events.schemas.api.bodies import SchemaParser
from events.schemas.api.comparison_representation import (
    CompatibilitySerializer,
    MergedSerializer,
    MergeSerializer,
    SchemaComparisonSerializer,
)
from events.schemas.api.refusals import refused
from events.schemas.compatibility.compare import compare
from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.merging.merge import merge

NO_SCHEMA = "The body is invalid, or a schema in it is none: `errors` names each place."
_OLD = {"type": "object", "properties": {"total": {"type": "integer"}}}
COMPARED = OpenApiExample(
    "A widened type", {"old": _OLD, "new": {"type": "object", "properties": {"total": {"type": "number"}}}},
    request_only=True,
)  # fmt: skip
MERGED = OpenApiExample(
    "Two additions",
    {
        "base": _OLD,
        "ours": {**_OLD, "required": ["total"]},
        "theirs": {**_OLD, "properties": {**_OLD["properties"], "note": {"type": "string"}}},  # type: ignore[dict-item]
    },
    request_only=True,
)


class CompatibilityView(StrictView):
    required_scope = Scope.READ
    parser_classes = [SchemaParser]

    @extend_schema(
        operation_id="compare_schemas",
        summary="Whether two schemas are compatible, and a counterexample where they are not",
        description="Nothing is stored. `migration_required`: a migration was found that makes old values valid.",
        request=CompatibilitySerializer,
        responses={200: SchemaComparisonSerializer, **problems({**WRITE_PROBLEMS, 400: NO_SCHEMA})},
        examples=[COMPARED],
    )
    def post(self, request: Request) -> Response:
        wish = _schemas(CompatibilitySerializer, request, "old", "new")
        return Response(compare(wish["old"], wish["new"], wish["policy"]).as_json())


class MergeView(StrictView):
    required_scope = Scope.READ
    parser_classes = [SchemaParser]

    @extend_schema(
        operation_id="merge_schemas",
        summary="Merge what two sides have made of a schema",
        description="Nothing is stored. What both changed is a conflict: resolved where that is safe, else open.",
        request=MergeSerializer,
        responses={200: MergedSerializer, **problems({**WRITE_PROBLEMS, 400: NO_SCHEMA})},
        examples=[MERGED],
    )
    def post(self, request: Request) -> Response:
        wish = _schemas(MergeSerializer, request, "base", "ours", "theirs")
        return Response(merge(wish["base"], wish["ours"], wish["theirs"]).as_json())


def _schemas(kind: type[StrictSerializer], request: Request, *members: str) -> dict[str, Any]:
    """The body, in which each of the members is a schema. Raises Problem 400 with every place where one is not."""
    wish = body_of(kind, request)
    found: list[Problem] = []
    for member in members:
        try:
            parse_schema(wish[member])
        except SchemaError as error:
            found += [Problem(f"/{member}{place}", message) for place, message in error.problems]
    if found:
        raise refused(found)
    return wish
