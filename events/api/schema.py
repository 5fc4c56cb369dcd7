"""How the OpenAPI document is made from the views, beyond what the library reads from them."""

import inspect
from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from events.api.authentication import required_scope
from events.api.documented import COMPONENTS
from events.api.strict import StrictSerializer

LINKS = "x-links"
"""Where an operation keeps its links, by status, until `complete` puts them to their responses."""
# No U+0000; and where something must be said, not only white space.
ANY_TEXT, SOME_TEXT = r"^[^\x00]*$", r"^[^\x00]+$"
TEXT = r"^[^\x00]*[^\x00-\x20\x7f-\xa0][^\x00]*$"
_TEXT = {"type": "string"}
_SECONDS = {"type": "integer", "minimum": 0}
REQUEST_ID = {"description": "The request's id, for finding it in the logs.", "required": True, "schema": _TEXT}
RETRY_AFTER = {"description": "Seconds to wait.", "required": True, "schema": _SECONDS}
CHALLENGE = {"description": "How to authenticate.", "required": True, "schema": _TEXT}
HEADERS_BY_STATUS = {
    "401": {"WWW-Authenticate": CHALLENGE},
    "429": {"Retry-After": RETRY_AFTER},
    "503": {"Retry-After": RETRY_AFTER},
}


class ContractSchema(AutoSchema):
    """Reads a view's query parameters from `queries` and its scopes from `required_scope`."""

    def get_description(self) -> str:  # type: ignore[override]
        # Of the method alone: what a view inherits is for those who read the code.
        return inspect.getdoc(getattr(self.view, self.method.lower(), None)) or ""

    def _postprocess_serializer_schema(self, schema: dict[str, Any], serializer: Any, direction: str) -> dict[str, Any]:
        # The library's hook for this: it has no public one.
        processed: dict[str, Any] = super()._postprocess_serializer_schema(schema, serializer, direction)  # type: ignore[no-untyped-call]
        for member in processed.get("properties", {}).values():
            _say_default_of_all(member)
        if isinstance(serializer, StrictSerializer):
            processed |= {"additionalProperties": False, **serializer.also}
        return processed

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        taken = isinstance(field.parent, StrictSerializer) and not field.read_only
        if taken and type(field) is serializers.CharField:
            # Where nothing is allowed, the library adds it as another form: only one of the two may fit.
            schema.setdefault("pattern", SOME_TEXT if field.allow_blank else TEXT)
        return schema

    def get_override_parameters(self) -> list[Any]:
        query = getattr(self.view, "queries", {}).get(self.method)
        return [] if query is None else [query]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **kwargs)
        scope = required_scope(self.view, self.method)
        if operation is not None and scope is not None:
            said = operation.get("description", "")
            operation["description"] = f"{said}\n\nNeeds the scope `{scope}`.".strip()
            operation["security"] = [{"ApiKey": [str(scope)]}]
        return operation


def _say_default_of_all(member: dict[str, Any]) -> None:
    """The library says a default with the first of several forms; that of nothing at all is the last one's."""
    for form in member.get("oneOf", ()):
        if "default" in form:
            member["default"] = form.pop("default")


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes `ApiKeyAuthentication`."""

    target_class = "events.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key: ecp_..."}


def link(operation_id: str, **parameters: str) -> dict[str, Any]:
    """What to call next: an operation, its parameters taken from the answer (`$response.body#/id`)."""
    return {"operationId": operation_id, "parameters": parameters}


def links(status: int, **by_name: dict[str, Any]) -> dict[str, Any]:
    """For `extend_schema(extensions=links(201, read=link(...)))`."""
    return {LINKS: {str(status): by_name}}


def complete(result: dict[str, Any], generator: object, **_options: object) -> dict[str, Any]:
    """Give every answer its headers and links. Called when all operations are known."""
    result["components"]["schemas"] |= COMPONENTS
    for operation in operations(result):
        by_status = operation.pop(LINKS, {})
        for status, response in operation["responses"].items():
            headers = {"X-Request-ID": REQUEST_ID, **HEADERS_BY_STATUS.get(status, {})}
            response.setdefault("headers", {}).update(headers)
            if status in by_status:
                response["links"] = by_status[status]
    return result


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of an OpenAPI document."""
    for path in document["paths"].values():
        yield from (part for part in path.values() if isinstance(part, dict))
