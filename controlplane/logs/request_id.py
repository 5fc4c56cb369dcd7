"""Every request has an id: the one its client gave it, or one of our own. It is in the answer and in each log line.

And it has a route, which the server's line tells in the place of its address.
"""

import re
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars

from controlplane.logs.route import ROUTE, route_of

HEADER = "X-Request-ID"
# What may go into a log line and a header as it is.
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")

Respond = Callable[[HttpRequest], HttpResponseBase]


def request_id(get_response: Respond) -> Respond:
    """Middleware, the outermost: what the others answer by themselves has an id too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        chosen = given if _ACCEPTED.fullmatch(given) else uuid4().hex
        with bound_contextvars(request_id=chosen):
            response = get_response(request)
        response[HEADER] = chosen
        request.META[ROUTE] = route_of(request)
        return response

    return respond
