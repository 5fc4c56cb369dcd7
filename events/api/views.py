"""POST /api/v1/events: CloudEvents over HTTP, in all three content modes."""

from typing import Any, cast

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.api import documented
from events.api.authentication import HasScope, forget, require, require_or_recall
from events.api.problems import Problem, problem_of, respond
from events.api.schema import link, links
from events.api.strict import refuse_parameters
from events.api_keys import Scope
from events.envelope import CloudEvent, EnvelopeError, Mode, parse_http
from events.first_query import trust_if_quiet
from events.ingest import (
    Ingested,
    IngestError,
    KeysUnavailableError,
    NotAdmittedError,
    PoliciesUnreadableError,
    ingest,
    ingest_one,
)
from events.who import HeldKey

_FORESEEN = (
    Problem,
    EnvelopeError,
    NotAdmittedError,
    KeysUnavailableError,
    PoliciesUnreadableError,
    IngestError,
    OperationalError,
    InterfaceError,
)


class IngestView(APIView):
    """Hand events in. Mounted with the list of events at the same address, or alone."""

    permission_classes = [HasScope]
    required_scope = Scope.READ
    required_scopes = {"POST": Scope.WRITE}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # REST framework's own way costs several times what the rest of an ingest does.
        if request.method == "POST":
            return accept(request)
        return super().dispatch(request, *args, **kwargs)

    @extend_schema(
        operation_id="ingest_events",
        summary="Hand in one event or a batch",
        description=(
            "All or nothing. The same event again is answered as a duplicate of the first.\n\n"
            "Binary mode is taken too: any media type, the data as the body, the attributes as `ce-` headers."
        ),
        request=documented.REQUEST,
        responses=documented.RESPONSES,
        extensions=links(202, read=link("read_event", uuid="$response.body#/events/0/id")),
    )
    def post(self, request: Request) -> Response:
        """Documented here, answered by `dispatch`."""
        raise NotImplementedError


def accept(request: HttpRequest) -> HttpResponse:
    """Authenticate, parse, store, answer."""
    key = None
    try:
        caller, key = require_or_recall(request, Scope.WRITE)
        refuse_parameters(request)
        events, mode = parse_http(_headers(request), _body(request))
        answers = _store(events, caller.tenant, key)
    except _FORESEEN as error:
        return respond(cast(Problem, problem_of(_first_of(request, key, error) if key else error)))
    return _accepted(events, answers, mode)


def _store(events: list[CloudEvent], tenant: str, key: HeldKey | None) -> list[Ingested]:
    if len(events) == 1:
        return [ingest_one(events[0], tenant=tenant, key=key)]
    trust_if_quiet(connection)
    with transaction.atomic():
        return ingest(events, tenant=tenant, key=key)


def _first_of(request: HttpRequest, key: HeldKey, error: Exception) -> Exception:
    """What a recalled caller hears. Nothing was stored, so nothing asked whether the key holds: that comes first."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return error
    try:
        require(request, Scope.WRITE)
    except _FORESEEN as before:
        forget(key)
        return before
    return error


def _accepted(events: list[CloudEvent], answers: list[Ingested], mode: Mode) -> HttpResponse:
    body = [_answer(event, answer) for event, answer in zip(events, answers, strict=True)]
    response = HttpResponse(orjson.dumps({"events": body}), status=202, content_type="application/json")
    if mode is not Mode.BATCH:
        response["Location"] = f"/api/v1/events/{answers[0].uuid}"
    if deprecated := [one.admission.deprecated_at for one in answers if one.admission.deprecated_at is not None]:
        # RFC 9745: since when.
        response["Deprecation"] = f"@{int(min(deprecated))}"
    return response


def _answer(event: CloudEvent, answer: Ingested) -> dict[str, Any]:
    """What became of one event, and by which schema version if one decided."""
    body = {"id": answer.uuid, "source": event.source, "event_id": event.id, "duplicate": answer.duplicate}
    admission = answer.admission
    if admission.version is not None:
        body["schema"] = schema = {
            "version": admission.version, "status": admission.status, "valid": not admission.faults
        }  # fmt: skip
        if admission.given is not None:
            schema["migrated_from"] = admission.given
    return body


def _headers(request: HttpRequest) -> dict[str, str]:
    meta = request.META
    headers = {"content-type": str(meta.get("CONTENT_TYPE", ""))}
    if not headers["content-type"].lower().startswith("application/cloudevents"):
        for name, value in meta.items():
            if name.startswith("HTTP_CE_"):
                headers["ce-" + name[8:].lower().replace("_", "-")] = value
    return headers


def _body(request: HttpRequest) -> bytes:
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise Problem(415, "unsupported-encoding", "Unsupported content encoding", "bodies are not compressed")
    limit: int = settings.MAX_BODY_BYTES
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise Problem(400, "invalid-content-length", "Invalid Content-Length", "the length must be a number")
    if int(length) > limit:
        raise _too_large(limit)
    try:
        # A chunked body has no length; the server ends it where it says that it does.
        chunked = "HTTP_TRANSFER_ENCODING" in request.META and request.META.get("wsgi.input_terminated")
        body = request.META["wsgi.input"].read(limit + 1) if chunked else request.body
    except (UnreadablePostError, OSError):
        body = None
    if body is None:
        raise Problem(400, "incomplete-body", "Incomplete body", "the body ended before its announced length")
    if len(body) > limit:
        raise _too_large(limit)
    return cast(bytes, body)


def _too_large(limit: int) -> Problem:
    return Problem(413, "body-too-large", "Body too large", f"a body has at most {limit} bytes", max_bytes=limit)
