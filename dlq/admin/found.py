"""Lists that are searches: what `?q=` finds, the newest first, a bounded page at a time, then what is older."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest

from events.admin.base import HotTableAdmin
from routing.search.bounded import SearchTimeoutError
from routing.search.page import explained
from routing.search.qualifiers import EventQuery, QueryError, parse_query

BEFORE = "before"
WINDOW = 250
"""How many rows are looked at for what a list offers to narrow it by."""
MOST_CHIPS = 8


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a search: at most WINDOW of them, and where older ones begin."""

    rows: Sequence[Any] = ()
    before: int | None = None
    searched_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """A narrower search, and how many of the rows in the window it would keep."""

    label: str
    count: int
    address: str
    chosen: bool = False


class FoundChangeList(ChangeList):
    """Its rows come from the admin's `find`, not from a count and an offset."""

    model_admin: "FoundPages"

    def get_filters_params(self, params: Any = None) -> dict[str, list[str]]:
        known: dict[str, list[str]] = super().get_filters_params(params)
        return {name: value for name, value in known.items() if name != BEFORE}

    def get_results(self, request: HttpRequest) -> None:
        self.problem = ""
        self.event_query, page = EventQuery(), Page()
        try:
            self.event_query = parse_query(self.query)
            page = self.model_admin.find(self.event_query, _before(request))
        except (QueryError, SearchTimeoutError) as error:
            self.problem = explained(error)
        self._show(request, page)

    def _show(self, request: HttpRequest, page: Page) -> None:
        shown = self.list_per_page
        self.window, self.result_list = page.rows, page.rows[:shown]
        self.result_count = self.full_result_count = len(self.result_list)
        self.show_full_result_count, self.show_admin_actions = False, True
        self.can_show_all = self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, self.result_list, shown)
        self.searched_back_to = None if len(page.rows) > shown else page.searched_back_to
        older = page.before if len(page.rows) <= shown else self.model_admin.place_of(page.rows[shown - 1])
        self.older = None if older is None else self.address(self.query, before=older)
        self.newest = self.address(self.query) if BEFORE in request.GET else None

    def address(self, text: str, **more: Any) -> str:
        given = {name: value for name, value in {"q": text, **more}.items() if value}
        return f"?{urlencode(given)}"

    def chips(self) -> list[tuple[str, list[Chip]]]:
        """What this list offers to narrow it by, by title."""
        offered = self.model_admin.offered(self.window)
        return [(title, self._chips(name, values)) for title, name, values in offered if not self.problem]

    def _chips(self, name: str, values: Iterable[str]) -> list[Chip]:
        chosen = getattr(self.event_query, name)
        counts = Counter(values)
        if chosen is not None:
            without = self._narrowed(name, None)
            return [Chip(str(chosen), counts.total(), self.address(without.to_text()), chosen=True)]
        narrower = [(value, count, self._narrowed(name, value)) for value, count in counts.most_common(MOST_CHIPS)]
        return [Chip(*each[:2], self.address(each[2].to_text())) for each in narrower] if len(counts) > 1 else []

    def _narrowed(self, name: str, value: Any) -> EventQuery:
        return replace(self.event_query, **{name: value})


class FoundPages(HotTableAdmin):
    """A list that is a search; a page of one row is an ordinary one."""

    list_per_page = 50
    search_fields = ("pk",)
    list_before_template = "dlq/list_before.html"
    change_list_template = "dlq/found.html"

    class Media:
        css = {"all": ["dlq/dlq.css"]}

    def find(self, query: EventQuery, before: int | None) -> Page:
        """At most WINDOW rows. Raises QueryError, SearchTimeoutError."""
        raise NotImplementedError

    def place_of(self, row: Any) -> int:
        """What to search before for the rows that are older than this one."""
        raise NotImplementedError

    def offered(self, rows: Sequence[Any]) -> list[tuple[str, str, list[str]]]:
        """What to narrow a list by: a title, the qualifier, and its value in each row."""
        raise NotImplementedError

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return FoundChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> tuple["QuerySet[Any]", bool]:
        """All of them: what an action is given is chosen by primary key."""
        return queryset, False


def _before(request: HttpRequest) -> int | None:
    """Where the page before ended; anything that cannot be one begins anew."""
    given = request.GET.get(BEFORE, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
