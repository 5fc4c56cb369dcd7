"""/metrics: what the processes counted, and what the database says at this moment."""

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from controlplane.monitoring.counted import registry
from events.api.authentication import require
from events.api.problems import Problem, problem_of, respond
from events.api_keys import Scope
from routing.numbers.gauges import DatabaseGauges


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Open in development; elsewhere for an API key that may read."""
    try:
        if settings.ENVIRONMENT != "development":
            require(request, Scope.READ)
    except (Problem, OperationalError, InterfaceError) as error:
        found = problem_of(error)
        assert found is not None
        return respond(found)
    everything = registry()
    everything.register(DatabaseGauges())
    return HttpResponse(generate_latest(everything), content_type=CONTENT_TYPE_PLAIN_0_0_4)
