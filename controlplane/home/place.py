"""A page of the admin that a figure or a sentence is about. Pure: who renders it asks for address and permission."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """The list of a model (`app.model`) narrowed by a search, or the page of one object of it."""

    model: str
    query: str = ""
    pk: int | None = None

    @property
    def permission(self) -> str:
        app, model = self.model.split(".")
        return f"{app}.view_{model}"


EVENTS = "events.outboxentry"
DELIVERIES = "routing.delivery"
DEAD = Place("dlq.deadletter")
UNROUTED = Place("routing.unrouted")
WAITING = Place(DELIVERIES, "state:pending")
WORKERS = Place("routing.relayworker")
SCHEDULE = Place("django_celery_beat.periodictask")
DESTINATION = "routing.destination"
RULES = Place("routing.routingrule")
TABLE = "routing.routingtable"
