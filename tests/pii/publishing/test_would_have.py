"""A draft on events that were stored before: what it would have done to them."""

import json
from typing import Any

import pytest
from django.db import transaction

from events.envelope import CloudEvent
from events.ingest import ingest
from events.models import OutboxEntry
from events.pii.publishing.would_have import WouldHave, would_have
from tests.pii.policies.made import line, raw

pytestmark = pytest.mark.django_db
MAIL, CARD = "jane.doe@acme-corp.com", 4242424242424242


def snapshot(**members: Any) -> dict[str, Any]:
    return {"format": 1, "policies": [raw(**members)]}


def stored(
    data: Any, type: str = "com.example.made", id: str = "1", tenant: str = "default", **extensions: Any
) -> None:
    with transaction.atomic():
        ingest(CloudEvent.of(type=type, source="/x", id=id, data=data, **extensions), tenant=tenant)


def counts(found: WouldHave) -> dict[str, int]:
    return {f"{kind} {action}": count for (kind, action), count in found.counts.items()}


def test_it_counts_by_kind_and_action_and_shows_samples_without_values() -> None:
    stored({"a": MAIL, "b": [MAIL, CARD]}, id="1")
    stored({"n": 7}, id="2")
    stored({"card": CARD}, id="3")

    found = would_have(snapshot(kinds={"email": "REDACT", "credit_card": "BLOCK"}))

    assert counts(found) == {"email REDACT": 2, "credit_card BLOCK": 2}
    assert (found.looked_at, found.touched, found.refused) == (3, 2, 2)
    assert [sample.uuid for sample in found.samples] == list(
        OutboxEntry.objects.exclude(event_id="2").order_by("-sequence").values_list("uuid", flat=True)
    )
    assert MAIL not in repr(found)
    assert str(CARD) not in repr(found)


def test_the_environment_and_the_paths_count_as_at_ingest() -> None:
    stored({"a": MAIL, "b": MAIL})

    known = snapshot(paths=[line("/data/a", "ignore")])

    assert counts(would_have(known, environment="staging")) == {"email ANONYMIZE": 1}
    assert counts(would_have(known)) == {"email LOG": 1}


def test_it_looks_at_the_newest_and_at_one_tenants_only() -> None:
    for number in range(4):
        stored({"a": MAIL}, id=str(number), tenant="acme" if number == 0 else "default")

    assert would_have(snapshot(), 2).looked_at == 2
    assert would_have(snapshot(), 4, tenant="acme").looked_at == 1


def test_what_an_event_says_of_its_data_holds_but_not_what_was_added_to_it() -> None:
    stored({"card": CARD}, id="1")
    stored({"mail": MAIL}, id="2")
    OutboxEntry.objects.filter(event_id="2").update(extensions='{"dataclassification": "restricted"}')

    found = would_have(snapshot(default="LOG"))

    assert json.loads(OutboxEntry.objects.get(event_id="1").extensions)["dataclassification"] == "restricted"
    assert counts(found) == {"credit_card LOG": 1, "email ENCRYPT": 1}


def test_what_was_replaced_when_it_came_in_is_counted_by_what_stands_with_it() -> None:
    recorded = {"policy": 1, "acts": [
        {"path": "/data/mail", "kind": "email", "action": "ANONYMIZE", "count": 1},
        {"path": "/data/card", "kind": "credit_card", "action": "ENCRYPT", "count": 3},
    ]}  # fmt: skip
    stored({"plain": 1})
    data = json.dumps({"mail": "anon_aaaaaaaaaaaaaaaaaaaa@acme-corp.com", "card": "pii.v1.x"})
    OutboxEntry.objects.update(pii=json.dumps(recorded), data=data)

    found = would_have(snapshot(kinds={"email": "BLOCK"}, paths=[line("/data/card", "REDACT")]))

    assert counts(found) == {"email BLOCK": 1, "credit_card REDACT": 3}
