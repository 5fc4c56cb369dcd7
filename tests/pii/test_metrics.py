"""What a policy did, in numbers: kinds and actions, never a place or a value."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from prometheus_client import REGISTRY, generate_latest
from pytest_django import Settings

from events.api_keys import issue_key
from events.envelope import CloudEvent
from events.ingest import KeysUnavailableError, NotAdmittedError, ingest, ingest_one
from events.models import DataKey, OutboxEntry, PiiPolicy
from events.pii.keys import background, held
from events.pii.keys.destroy import destroy
from events.pii.keys.rows import ensure_keys
from events.pii.publishing.publish import publish
from events.pii.reveal import refuse, reveal
from events.who import Caller
from routing.numbers.gauges import DatabaseGauges
from tests.numbers.grown import Read, grown

__all__ = ["grown"]

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = "marker.person@marker-domain.example"
CARD = 4556737586899855
TREATED = "pii_treated_total"


@pytest.fixture(autouse=True)
def keys(kek: Settings, hints: Callable[[], int]) -> None:
    ensure_keys("default")


def made(data: Any, id: str = "1") -> CloudEvent:
    return CloudEvent.of(type="com.example.created", source="/shop", id=id, data=data)


def test_what_was_done_is_counted_by_kind_and_action(settings: Settings, grown: Read) -> None:
    settings.ENVIRONMENT = "staging"

    with transaction.atomic():
        ingest([made({"mails": [MAIL, MAIL], "card": CARD}), made({"to": MAIL}, id="2")])
        before_the_commit = grown(TREATED, kind="email", action="ANONYMIZE")

    assert before_the_commit == 0
    assert grown(TREATED, kind="email", action="ANONYMIZE") == 3
    assert grown(TREATED, kind="credit_card", action="ANONYMIZE") == 1


def test_a_duplicate_is_not_counted_again(grown: Read) -> None:
    for _ in range(2):
        ingest_one(made({"to": MAIL}))

    assert grown(TREATED, kind="email", action="LOG") == 1


def test_what_has_an_event_refused_is_counted_and_the_event_once(grown: Read) -> None:
    PiiPolicy.objects.create(name="tests", kinds={"email": "BLOCK"})
    publish(note="for a test", by=None)

    with pytest.raises(NotAdmittedError):
        ingest_one(made({"mails": [MAIL] * 7, "card": CARD}))

    assert grown(TREATED, kind="email", action="BLOCK") == 7
    assert grown(TREATED, kind="credit_card", action="LOG") == 0
    assert grown("refused_total", reason="pii-blocked") == 1


def test_h30_no_label_is_of_an_event() -> None:
    ingest_one(made({MAIL: MAIL, "secret-place": str(CARD)}))

    told = generate_latest(REGISTRY).decode()

    assert 'pii_treated_total{action="LOG",kind="email"}' in told
    assert not any(word in told for word in ("marker", str(CARD), "secret-place", "com.example.created"))


def test_events_that_find_no_key_are_counted(settings: Settings, grown: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENVIRONMENT = "production"
    monkeypatch.setattr(background, "ask", lambda tenant: None)

    with pytest.raises(KeysUnavailableError), transaction.atomic():
        ingest([made({"to": MAIL}), made({"n": 1}, id="2")], tenant="without keys")

    assert grown("pii_keys_unavailable_total") == 2
    assert grown(TREATED, kind="email", action="ENCRYPT") == 0


def test_reveals_are_counted_by_how_they_ended(settings: Settings, grown: Read) -> None:
    settings.ENVIRONMENT = "production"
    entry = OutboxEntry.objects.get(uuid=ingest_one(made({"to": MAIL})).uuid)
    key, _ = issue_key("a program", [])

    reveal(entry, reason="ticket 17", by=None)
    refuse(uuid4(), by=Caller(key.pk, key.name, key.tenant, frozenset()))
    settings.PII_KEY_ENCRYPTION_KEYS = ""
    held.forget()
    with pytest.raises(KeysUnavailableError):
        reveal(entry, reason="ticket 18", by=None)

    assert [grown("pii_reveals_total", result=one) for one in ("answered", "refused", "unavailable")] == [1, 1, 1]


def test_data_keys_are_told_by_purpose_and_state() -> None:
    ensure_keys("shop")
    destroy("shop", reason="a test", by=None)

    told = {
        (sample.labels["purpose"], sample.labels["state"]): sample.value
        for family in DatabaseGauges().collect()
        for sample in family.samples
        if sample.name == "event_control_plane_pii_data_keys"
    }

    assert told["encrypt", "active"] == told["pseudonym", "active"] == 1
    assert told["encrypt", "destroyed"] == 1
    assert len(told) == len(DataKey.Purpose) * len(DataKey.State)


def test_counting_asks_the_database_nothing() -> None:
    ingest_one(made({"n": "the first reads the policies"}, id="1"))

    with CaptureQueriesContext(connection) as plain:
        ingest_one(made({"n": "nothing"}, id="2"))
    with CaptureQueriesContext(connection) as found:
        ingest_one(made({"to": MAIL}, id="3"))

    assert len(found) == len(plain)
