"""ETag and If-Match (RFC 9110) over the revisions of configuration: nobody overwrites what they have not seen."""

import re
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from events.api.problems import Problem
from events.models import Revisioned
from events.revision import EditConflictError

_TAG = re.compile(r'"r([1-9][0-9]{0,9})"')


def tagged(row: Revisioned, body: Any, status: int = 200) -> Response:
    return Response(body, status=status, headers={"ETag": f'"r{row.revision}"'})


def created(row: Revisioned, body: Any, place: str) -> Response:
    """`place` is where it can be read, a path."""
    response = tagged(row, body, 201)
    response["Location"] = place
    return response


def seen_revision(request: Request, row: Revisioned) -> int:
    """The revision that the caller saw, and the row still has. Raises Problem 428 without If-Match, 412 for another."""
    expected = expected_revision(request)
    if row.revision != expected:
        raise stale()
    return expected


def expected_revision(request: Request) -> int:
    """The revision that the caller saw. Raises Problem 428 without If-Match, 412 for a tag that was never given out."""
    header = request.headers.get("If-Match")
    if header is None:
        detail = "say by If-Match which ETag you saw: somebody else may have changed it since"
        raise Problem(428, "if-match-required", "If-Match required", detail)
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        raise stale()
    return int(tag[1])


def stale(_error: EditConflictError | None = None) -> Problem:
    detail = "it has another ETag now: get it again, and look at what changed"
    return Problem(412, "edit-conflict", "Changed meanwhile", detail)
