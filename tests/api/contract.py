"""What the OpenAPI document promises, to hold answers against."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator


@cache
def document() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


def assert_as_documented(response: Any, method: str, path: str) -> None:
    """The status is one of the operation's, and the body is as its schema says."""
    operation = document()["paths"][path][method]
    media_type = response.headers["Content-Type"].partition(";")[0]
    promised = operation["responses"][str(response.status_code)]["content"][media_type]["schema"]
    Draft202012Validator({**promised, "components": document()["components"]}).validate(response.json())
