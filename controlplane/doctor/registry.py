"""The schema registry: what would be refused for want of a type or of an active version."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Q

from controlplane.doctor.finding import Finding, error, good, warning
from events.models import EventType


def types() -> Iterator[Finding]:
    registered = EventType.objects.count()
    if not registered and settings.UNKNOWN_EVENT_TYPES != "accept":
        fix = "Register types in the admin, or with `manage.py load_catalogue` or `manage.py schemas import`."
        yield error("types", "no event type is registered, so every event is refused", fix)
        return
    yield good("types", f"{registered} event types are registered")
    active, other = Count("versions", Q(versions__status="active")), ~Q(versions__status__in=["draft", "active"])
    leaderless = EventType.objects.annotate(active=active, old=Count("versions", other & ~Q(versions=None)))
    if names := list(leaderless.filter(active=0, old__gt=0).values_list("name", flat=True)[:5]):
        what = f"without an active version, events that name none are refused: {', '.join(names)}"
        yield warning("types", what, "Activate a version of each, or block the type with a reason.")
