"""Problem details (RFC 9457) for every error of the API. `code` is stable; no value of a request is quoted."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from events.api.refused import refusal_of
from events.envelope import BatchError, EnvelopeError, TooManyEventsError, UnsupportedMediaTypeError
from events.ingest import (
    Conflict,
    IngestBusy,
    KeyRevoked,
    KeysUnavailableError,
    NotAdmittedError,
    PoliciesUnreadableError,
)

CONTENT_TYPE = "application/problem+json"
API_ROOT = "/api/"
CHALLENGE = 'Bearer realm="event control plane"'
INVALID_KEY = 'error="invalid_token"'


class Problem(Exception):  # noqa: N818
    """An error with its answer, for views to raise. `errors` holds one object for each fault and its place."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self.body = {
            "type": f"/problems/{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
            **extensions,
        }
        super().__init__(detail)


def problem(status: int, code: str, title: str, detail: str, **extensions: Any) -> HttpResponse:
    """The answer as a plain Django response."""
    return respond(Problem(status, code, title, detail, **extensions))


def unauthenticated(detail: str, hint: str = "") -> Problem:
    challenge = f"{CHALLENGE}, {hint}" if hint else CHALLENGE
    return Problem(401, "not-authenticated", "Not authenticated", detail, headers={"WWW-Authenticate": challenge})


def respond(found: Problem) -> HttpResponse:
    response = HttpResponse(orjson.dumps(found.body), status=found.status, content_type=CONTENT_TYPE)
    for name, value in found.headers.items():
        response[name] = value
    return response


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """For REST framework: every error it can name becomes a problem; others go on to the server's error page."""
    found = problem_of(error)
    if found is None:
        return None
    # Here, because that module imports the authentication, and that this one.
    from rest_framework.views import set_rollback

    set_rollback()
    return Response(found.body, status=found.status, headers=found.headers, content_type=CONTENT_TYPE)


def problem_of(error: Exception) -> Problem | None:
    """What to answer for an error; None for one that nobody foresaw."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, EnvelopeError):
        return _invalid_event(error)
    if isinstance(error, exceptions.APIException):
        return _framework_error(error)
    return _not_stored(error) or _known(error)


def _not_stored(error: Exception) -> Problem | None:
    """For what handing events in raises."""
    match error:
        case Conflict():
            title = "Another event has this identity"
            faults = [
                {"index": index, "code": "conflict", "detail": "exists with other content"} for index in error.indexes
            ]
            return Problem(409, "conflict", title, str(error), errors=faults)
        case NotAdmittedError():
            code, title, detail, faults = refusal_of(error)
            return Problem(422, code, title, detail, errors=faults)
        case KeysUnavailableError():
            title = "Keys for personal data unavailable"
            return Problem(503, "keys-unavailable", title, str(error), headers={"Retry-After": "1"})
        case PoliciesUnreadableError():
            return Problem(503, "policies-unreadable", "Policies unreadable", str(error), headers={"Retry-After": "10"})
        case KeyRevoked():
            return unauthenticated(str(error), INVALID_KEY)
        case IngestBusy():
            return Problem(503, "ingest-busy", "Try again", str(error), headers={"Retry-After": "1"})
    return None


def _known(error: Exception) -> Problem | None:
    match error:
        case OperationalError() | InterfaceError():
            detail = "the database cannot be used at the moment"
            return Problem(503, "database-unavailable", "Database unavailable", detail, headers={"Retry-After": "2"})
        case RequestDataTooBig():
            return Problem(413, "body-too-large", "Body too large", "the body is larger than allowed")
        case Http404():
            return Problem(404, "not-found", "Not found", "there is nothing here")
        case PermissionDenied():
            return Problem(403, "permission-denied", "Permission denied", "this is not allowed")
    return None


def _invalid_event(error: EnvelopeError) -> Problem:
    if isinstance(error, TooManyEventsError):
        return Problem(413, error.code, "Too many events", error.reason)
    if isinstance(error, UnsupportedMediaTypeError):
        return Problem(415, error.code, "Unsupported media type", error.reason, errors=[_fault(error)])
    faults = error.errors if isinstance(error, BatchError) else (error,)
    title = "Invalid batch" if isinstance(error, BatchError) else "Invalid event"
    code = "invalid-batch" if isinstance(error, BatchError) else "invalid-event"
    return Problem(400, code, title, str(error), errors=[_fault(fault) for fault in faults])


def _fault(error: EnvelopeError) -> dict[str, Any]:
    # The body of binary mode is a document of its own.
    pointer = error.pointer.removeprefix("body")
    place = {"pointer" if pointer[:1] in ("", "/") else "header": pointer}
    index = {} if error.index is None else {"index": error.index}
    return {**index, **place, "code": error.code, "detail": error.reason}


def _framework_error(error: exceptions.APIException) -> Problem:
    code = str(error.default_code).replace("_", "-")
    title = HTTPStatus(error.status_code).phrase
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        code, title = "not-authenticated", "Not authenticated"
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if isinstance(error, exceptions.ValidationError):
        faults = list(flattened("", error.detail))
        return Problem(error.status_code, code, title, f"{len(faults)} values are invalid", headers, errors=faults)
    # The texts of a parser may quote what it could not parse.
    detail = "the body is not valid" if isinstance(error, exceptions.ParseError) else str(error.detail)
    return Problem(error.status_code, code, title, detail, headers)


def flattened(pointer: str, detail: Any) -> list[dict[str, str]]:
    """What serializers found, one by one."""
    if isinstance(detail, dict):
        # The library's name for all of it.
        whole = api_settings.NON_FIELD_ERRORS_KEY
        places = ((pointer if name == whole else f"{pointer}/{name}", below) for name, below in detail.items())
        return [fault for place, below in places for fault in flattened(place, below)]
    if isinstance(detail, list):
        nested = any(isinstance(below, dict | list) for below in detail)
        return [
            fault
            for position, below in enumerate(detail)
            for fault in flattened(f"{pointer}/{position}" if nested else pointer, below)
        ]
    return [{"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}]


# The API has no cookies to forge with: a POST that went astray is told so, not asked for a token.
@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What every path under the API that has no view answers."""
    return problem(404, "not-found", "Not found", "there is nothing here")


def handler400(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if request.path.startswith(API_ROOT):
        return problem(400, "bad-request", "Bad request", "the request cannot be understood")
    return defaults.bad_request(request, exception)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if request.path.startswith(API_ROOT):
        return problem(403, "permission-denied", "Permission denied", "this is not allowed")
    return defaults.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return not_found(request) if request.path.startswith(API_ROOT) else defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponseBase:
    if request.path.startswith(API_ROOT):
        return problem(
            500, "internal-error", "Internal error", "an unforeseen error; nothing of the request was stored"
        )
    return defaults.server_error(request)
