"""/problems/ and /problems/<code>: where the `type` of a problem leads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.api.problem_types import BY_CODE, PROBLEM_TYPES


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    return render(request, "events/problems.html", {"title": "Problems of the API", "types": PROBLEM_TYPES})


@require_safe
def problem_page(request: HttpRequest, code: str) -> HttpResponse:
    if code not in BY_CODE:
        raise Http404
    return render(request, "events/problems.html", {"title": code, "types": [BY_CODE[code]], "one": True})
