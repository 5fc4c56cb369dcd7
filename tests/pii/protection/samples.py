"""What tests of protection share: findings in an event, and a policy that says the same about all of them."""

from collections.abc import Iterable
from typing import Any

from events.envelope import CloudEvent
from events.pii.detection import Finding, Kind
from events.pii.policies.action import Action
from events.pii.policies.judged import Judged
from events.pii.protection import Protected, protect
from tests.pii.tokens.samples import tenant_keys

KEYS = tenant_keys()
EMAIL = "joe@example.com"
CARD = "4111111111111111"


def event(data: str | bytes | None = None, **attributes: Any) -> CloudEvent:
    given = {"id": "1", "source": "/oms/main", "type": "com.example.created", "data": data, **attributes}
    return CloudEvent(**given)


def email(path: str, start: int = 0, **more: Any) -> Finding:
    return Finding(path, start, start + len(EMAIL), Kind.EMAIL, **more)


def card(path: str, start: int = 0, **more: Any) -> Finding:
    return Finding(path, start, start + len(CARD), Kind.CREDIT_CARD, **more)


def judged(finding: Finding, action: Action) -> Judged:
    return Judged(finding, action, "a line of a policy")


def protected(event: CloudEvent, findings: Iterable[Finding], action: Action = Action.ENCRYPT) -> Protected:
    return protect(event, [judged(finding, action) for finding in findings], lambda: KEYS, "shop")
