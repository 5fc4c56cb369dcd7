"""What the pages that publish share: problems that lead to their rules."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.publishing.errors import Problem
from routing.models import RoutingRule


def lines(problems: Iterable[Problem]) -> list[SafeString]:
    """Each problem, with a link to the rule it is about."""
    found = list(problems)
    ids = dict(RoutingRule.objects.filter(name__in={one.name for one in found}).values_list("name", "pk"))
    return [_line(problem, ids.get(problem.name)) for problem in found]


def _line(problem: Problem, id_: int | None) -> SafeString:
    if id_ is None:
        return format_html("{}", problem)
    address = reverse("admin:routing_routingrule_change", args=[id_])
    rest = ": ".join(filter(None, (problem.place, problem.message)))
    return format_html('<a class="font-semibold underline" href="{}">{}</a>: {}', address, problem.name, rest)
