"""Lists in pages: `limit` and an opaque `cursor` in, `items` and `next` out. Nothing is counted, no offset is read."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers

from events.api.strict import StrictSerializer

MAX_PAGE = 200
# A position, and a text to tell apart what has the same one: every cursor of this form is one, so no list fails on it.
CURSOR = r"^[0-7][0-9a-f]{15}([0-9a-f]{2})*$"
Row = TypeVar("Row", bound=Model)


class PageQuery(StrictSerializer):
    """The parameters of every list."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_PAGE, default=50, help_text="Items on a page.")
    cursor = serializers.RegexField(
        CURSOR, required=False, max_length=500, help_text="`next` of the page before.",
        error_messages={"invalid": "not a cursor of this list: take `next` of a page as it is"},
    )  # fmt: skip


def paged(rows: QuerySet[Row], query: dict[str, Any], *, descending: bool = True) -> tuple[list[Row], str | None]:
    """One page by primary key, the newest first, and the cursor of the next."""
    order = "-pk" if descending else "pk"
    if "cursor" in query:
        position = read_cursor(query["cursor"])
        rows = rows.filter(pk__lt=position) if descending else rows.filter(pk__gt=position)
    found = list(rows.order_by(order)[: query["limit"] + 1])
    page = found[: query["limit"]]
    return page, write_cursor(page[-1].pk) if len(found) > len(page) else None


def page_body(items: Sequence[Any], following: str | None) -> dict[str, Any]:
    return {"items": items, "next": following}


def write_cursor(position: int, text: str = "") -> str:
    """`position` is from 0 to below 2**63."""
    return f"{position:016x}{text.encode().hex()}"


def read_cursor(cursor: str) -> int:
    """The position of a cursor that `PageQuery` found valid."""
    return int(cursor[:16], 16)


def read_text(cursor: str) -> str:
    """The text of a cursor that `PageQuery` found valid."""
    return bytes.fromhex(cursor[16:]).decode(errors="replace").replace("\0", "")
