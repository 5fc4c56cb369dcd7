"""Drafts over the API: listed in the order in which they are tried once they are published."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from rest_framework import serializers

from events.api.line import Line
from events.api.pages import PageQuery, read_cursor, read_text, write_cursor

# Cursors have no negative numbers, priorities are above this one's.
HIGHEST = 2**32
Row = TypeVar("Row", bound=Model)


class DraftQuery(PageQuery):
    name = Line(required=False, max_length=100, help_text="Of exactly this name.")
    enabled = serializers.ChoiceField(["true", "false"], required=False)


def asked_for(drafts: QuerySet[Row], query: dict[str, Any]) -> tuple[list[Row], str | None]:
    """One page of the drafts that fit a DraftQuery, by priority and name, and the cursor of the next."""
    if "name" in query:
        drafts = drafts.filter(name=query["name"])
    if "enabled" in query:
        drafts = drafts.filter(enabled=query["enabled"] == "true")
    if "cursor" in query:
        priority, name = read_cursor(query["cursor"]) - HIGHEST, read_text(query["cursor"])
        drafts = drafts.filter(Q(priority__lt=priority) | Q(priority=priority, name__gt=name))
    found: list[Any] = list(drafts.order_by("-priority", "name")[: query["limit"] + 1])
    page = found[: query["limit"]]
    return page, write_cursor(page[-1].priority + HIGHEST, page[-1].name) if len(found) > len(page) else None
