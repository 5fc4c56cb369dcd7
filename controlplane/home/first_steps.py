"""What a new installation needs before its first event, ticked as it is done; gone once an event was accepted."""

from dataclasses import dataclass

from events.api_keys import Scope
from events.models import ApiKey, OutboxEntry
from routing.models import Destination, RoutingRule, RoutingTable, Tally

EXAMPLE = """curl -X POST {address} \\
  -H "Authorization: Bearer $API_KEY" \\
  -H "Content-Type: application/cloudevents+json" \\
  -d '{{"specversion": "1.0", "id": "first-1", "source": "/oms/main", \
"type": "com.foundry.oms.schema.created", \
"data": {{"rid": "ri.ontology.main.schema.8f4f0f5e-5c0a-4d57-9b3e-2a4c1d6e7f80", \
"apiName": "Employee"}}}}'"""


@dataclass(frozen=True, slots=True)
class Step:
    """`page` is the name of the admin page to do it on, for those with the permission."""

    text: str
    done: bool
    page: str
    permission: str


def nothing_accepted() -> bool:
    """Whether no event was ever accepted; events go in time, the hours they were counted in stay longer."""
    return not OutboxEntry.objects.exists() and not Tally.objects.exists()


def steps() -> list[Step]:
    return [
        Step(
            "Add a destination",
            Destination.objects.exists(),
            "admin:routing_destination_add",
            "routing.add_destination",
        ),
        Step(
            "Add a rule that names it",
            RoutingRule.objects.filter(enabled=True, targets__isnull=False).exists(),
            "admin:routing_routingrule_add",
            "routing.add_routingrule",
        ),
        Step(
            "Publish the rules",
            RoutingTable.objects.exists(),
            "admin:routing_routingrule_publish",
            "routing.add_routingtable",
        ),
        Step(
            "Make an API key that may hand events in",
            any(Scope.WRITE in key.scopes for key in ApiKey.objects.filter(revoked_at=None)[:100]),
            "admin:events_apikey_add",
            "events.add_apikey",
        ),
    ]


def example(address: str) -> str:
    """A line for a shell that posts an event."""
    return EXAMPLE.format(address=address)
