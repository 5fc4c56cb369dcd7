"""Events that no rule wanted, and putting them back before the relay once the rules are fixed."""

from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action

from dlq.admin.acts import ROUTE_AGAIN
from dlq.admin.found import WINDOW, Page
from dlq.admin.many import ManyPages
from dlq.operations.subject import matching_unrouted
from routing.admin.unrouted import UnroutedPages
from routing.models import Unrouted
from routing.search.bounded import bounded
from routing.search.qualifiers import EventQuery


@admin.register(Unrouted)
class UnroutedAdmin(ManyPages, UnroutedPages):
    acts = (ROUTE_AGAIN,)
    actions = ("route_again",)
    search_help_text = "type:com.foundry.oms.* source:/shop/* table:3 since:1h"
    list_before_template = "dlq/unrouted_before.html"

    def find(self, query: EventQuery, before: int | None) -> Page:
        with bounded():
            rows = matching_unrouted(query, tenant=None).select_related("entry")
            rows = rows.defer("entry__data", "entry__extensions", "entry__fingerprint").order_by("-pk")
            found = list((rows if before is None else rows.filter(pk__lt=before))[: WINDOW + 1])
        return Page(found[:WINDOW], found[WINDOW - 1].pk if len(found) > WINDOW else None)

    def place_of(self, row: Unrouted) -> int:
        return row.entry_id

    def offered(self, rows: Sequence[Unrouted]) -> list[tuple[str, str, list[str]]]:
        return [
            ("Type", "type", [row.entry.type for row in rows]),
            ("Source", "source", [row.entry.source for row in rows]),
        ]

    def has_route_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ROUTE_AGAIN.permission)

    @action(description="Route again", permissions=["route"])  # type: ignore[untyped-decorator]
    def route_again(self, request: HttpRequest, queryset: QuerySet[Unrouted]) -> HttpResponse:
        return self.ask_about(ROUTE_AGAIN, queryset)
