"""What the pages that publish share: the note they ask for, and problems that lead to their rules."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.admin.base import ReasonForm
from routing.models import RoutingRule, RoutingTable
from routing.publish_table import Problem

NEWEST = "newest"


class PublishForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        asks = "Why, in a sentence: it stays with the table, and is read first when something goes wrong."
        super().__init__(*args, label="Note", asks=asks, **kwargs)


def lines(problems: Iterable[Problem]) -> list[SafeString]:
    """Each problem, with a link to the rule it is about."""
    found = list(problems)
    ids = dict(RoutingRule.objects.filter(name__in={one.rule for one in found}).values_list("name", "pk"))
    return [_line(problem, ids.get(problem.rule)) for problem in found]


def _line(problem: Problem, id_: int | None) -> SafeString:
    if id_ is None:
        return format_html("{}", problem)
    address = reverse("admin:routing_routingrule_change", args=[id_])
    rest = ": ".join(filter(None, (problem.place, problem.message)))
    return format_html('<a class="font-semibold underline" href="{}">{}</a>: {}', address, problem.rule, rest)


def compared_with(newest: RoutingTable | None) -> tuple[str, int]:
    """A hidden field: the table that the page compares with, 0 for none."""
    return NEWEST, newest.version if newest else 0


def compared_version(request: HttpRequest) -> int | None:
    """What that field said; -1, which no table is, for anything that it cannot have said."""
    given = request.POST.get(NEWEST)
    if given is None:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
