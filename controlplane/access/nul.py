"""A character that no database text can hold: refused before a filter meets it. The API names its place."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

ADMIN = "/admin/"
Answer = Callable[[HttpRequest], HttpResponseBase]


def no_nul(answer: Answer) -> Answer:
    """Middleware: 400 for an admin page asked for with U+0000 in its query."""

    def checked(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(ADMIN) and "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("the query has a character U+0000")
        return answer(request)

    return checked
