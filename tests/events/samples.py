"""Events for tests, as documents and as values."""

from typing import Any

from events.envelope import CloudEvent

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def document(**members: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": "1", "source": "/oms/main", "type": "com.example.created"} | members


def event(id: str = "1", **attributes: Any) -> CloudEvent:
    return CloudEvent(**{"id": id, "source": "/oms/main", "type": "com.example.created"} | attributes)
