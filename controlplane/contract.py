"""The API's contract, served: the OpenAPI document, and a page to read and try it with. Nothing comes from a CDN."""

from functools import cache
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from events.api.strict import StrictView

RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}


@cache
def written(extension: str) -> bytes:
    """The document as JSON or YAML. It depends on the code alone, and takes a second to make."""
    document: Any = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    text: Any = RENDERERS[extension]().render(document, renderer_context={})
    return bytes(text)


class OpenApiView(StrictView):
    """For everybody: what it says is in the documentation anyway."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        # Its address says the type; the renderer is for problems.
        return JSONRenderer(), JSONRenderer.media_type

    def get(self, request: Request, extension: str) -> HttpResponseBase:
        text = written(extension)
        etag = f'"{sha256(text).hexdigest()[:16]}"'
        headers = {"Cache-Control": "no-cache", "ETag": etag}
        whole = HttpResponse(text, content_type=f"application/{extension}", headers=headers)
        return get_conditional_response(request._request, etag=etag, response=whole) or whole


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "controlplane/docs.html")
