"""The schema of a version, for validators: it alone, as it is."""

from hashlib import sha256

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from events.api import configuration as documented
from events.api.strict import StrictView
from events.api_keys import Scope
from events.models import SchemaVersion
from events.schemas.api.fields import SCHEMA
from events.schemas.api.versions import version_of
from events.schemas.registry.read import schema_of, written

MEDIA_TYPE = "application/schema+json"
# Not for caches that many share: a key was needed to read it.
FOREVER, ASK_AGAIN = "private, max-age=31536000, immutable", "private, no-cache"
ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=[200], required=True, description="For If-None-Match."
)


class SchemaView(StrictView):
    required_scope = Scope.READ

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        # The answer is of one type, whatever is asked for; the renderer is for problems.
        return JSONRenderer(), JSONRenderer.media_type

    @extend_schema(
        operation_id="read_schema",
        summary="The schema of a version, as JSON Schema",
        description="It may be kept for good once the version was activated.",
        parameters=[ETAG],
        responses={(200, MEDIA_TYPE): OpenApiResponse(SCHEMA), 304: None, **documented.READING},
    )
    def get(self, request: Request, type: str, version: str) -> HttpResponseBase:
        found = version_of(type, version)
        text = written(schema_of(found)).encode()
        etag = f'"{sha256(text).hexdigest()[:32]}"'
        kept = ASK_AGAIN if found.status == SchemaVersion.Status.DRAFT else FOREVER
        whole = HttpResponse(text, content_type=MEDIA_TYPE, headers={"Cache-Control": kept, "ETag": etag})
        return get_conditional_response(request._request, etag=etag, response=whole) or whole
