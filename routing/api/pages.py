"""Lists in pages: `limit` and an opaque `cursor` in, `items` and `next` out. Nothing is counted, no offset is read."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from django.db.models import Model, QuerySet
from rest_framework import serializers

from events.api.problems import Problem
from routing.api.strict import StrictSerializer

MAX_PAGE = 200
Row = TypeVar("Row", bound=Model)


class PageQuery(StrictSerializer):
    """The parameters of every list."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=50, help_text="Items on a page.")
    cursor = serializers.CharField(required=False, max_length=500, help_text="`next` of the page before.")


def paged(rows: QuerySet[Row], query: dict[str, Any], *, descending: bool = True) -> tuple[list[Row], str | None]:
    """One page by primary key, the newest first, and the cursor of the next. Raises Problem 400 for a bad cursor."""
    order = "-pk" if descending else "pk"
    if "cursor" in query:
        position = read_cursor(query["cursor"], int)
        rows = rows.filter(pk__lt=position) if descending else rows.filter(pk__gt=position)
    found = list(rows.order_by(order)[: query["limit"] + 1])
    page = found[: query["limit"]]
    return page, write_cursor(page[-1].pk) if len(found) > len(page) else None


def page_body(items: Sequence[Any], following: str | None) -> dict[str, Any]:
    return {"items": items, "next": following}


def write_cursor(position: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def read_cursor(cursor: str, kind: Callable[[Any], Any] = lambda position: position) -> Any:
    """The position in a cursor, as `kind` reads it. Raises Problem 400 for one that was never given out."""
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        position = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if isinstance(position, bool) or (kind is int and (type(position) is not int or abs(position) >= 2**63)):
            raise ValueError
        return kind(position)
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        fault = {"parameter": "cursor", "code": "invalid-cursor", "detail": "not a cursor of this list"}
        raise Problem(400, "invalid-cursor", "Invalid cursor", "take `next` of a page", errors=[fault]) from error
