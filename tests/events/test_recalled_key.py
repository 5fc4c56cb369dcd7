"""Handing events in with a key that this process has met before: the statement that stores asks whether it holds."""

import json
from typing import Any

import pytest
from django.db import connection as default
from django.test import Client

from events.api import authentication
from events.api_keys import Scope, issue_key, key_of, revoke_key
from events.envelope import to_batch, to_structured
from events.ingest import KeyRevoked, ingest_one
from events.models import ApiKey, EventType, OutboxEntry
from tests.events.samples import BATCH, STRUCTURED, event

pytestmark = [pytest.mark.storage, pytest.mark.django_db(transaction=True)]

# The type stubs know nothing of health checks.
connection: Any = default


class Producer:
    """A service with a key that the process has met: its first event is stored."""

    def __init__(self) -> None:
        self.key, self.secret = issue_key("producer", [Scope.WRITE], "shop")
        assert self.send(to_structured(event("first"))).status_code == 202

    def send(self, body: bytes, content_type: str = STRUCTURED) -> Any:
        return Client(headers={"authorization": f"Bearer {self.secret}"}).post("/api/v1/events", body, content_type)


@pytest.fixture
def producer() -> Producer:
    return Producer()


def refused_for_the_key(response: Any) -> bool:
    return (
        response.status_code == 401
        and response.json()["code"] == "not-authenticated"
        and "invalid_token" in response["WWW-Authenticate"]
    )


def test_it_stores_for_the_tenant_of_the_key(producer: Producer) -> None:
    producer.send(to_structured(event("second")))

    assert set(OutboxEntry.objects.values_list("event_id", "tenant")) == {("first", "shop"), ("second", "shop")}


def test_one_event_is_one_statement(producer: Producer, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite stores through the ORM")
    looked_up: list[str] = []
    monkeypatch.setattr(authentication, "find_caller", looked_up.append)

    response = producer.send(to_structured(event("second")))

    assert response.status_code == 202
    assert looked_up == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (to_structured(event("second")), STRUCTURED),
        (to_batch([event("second"), event("third")]), BATCH),
        (to_structured(event("first")), STRUCTURED),
        (to_batch([event("first"), event("first")]), BATCH),
        (b"not an event", STRUCTURED),
        (to_structured(event("first", data='{"other": 1}')), STRUCTURED),
    ],
    ids=["one", "a batch", "a repeat", "a batch of repeats", "nonsense", "a conflict"],
)
def test_h40_once_it_is_revoked_it_opens_nothing(producer: Producer, body: bytes, content_type: str) -> None:
    revoke_key(producer.key)

    response = producer.send(body, content_type)

    assert refused_for_the_key(response)
    assert OutboxEntry.objects.count() == 1


def test_a_revoked_key_is_not_recalled_again(producer: Producer) -> None:
    revoke_key(producer.key)

    producer.send(to_structured(event("second")))

    assert key_of(producer.secret) not in authentication._kept


def test_h40_a_repeat_that_would_be_refused_today_is_not_told_to_a_revoked_key(producer: Producer) -> None:
    EventType.objects.create(name=event("first").type, allowed=False)
    revoke_key(producer.key)

    assert refused_for_the_key(producer.send(to_structured(event("first"))))


def test_another_key_in_the_row_of_the_old_one_does_not_revive_it(producer: Producer) -> None:
    ApiKey.objects.filter(pk=producer.key.pk).update(digest="0" * 64)

    assert refused_for_the_key(producer.send(to_structured(event("second"))))


def test_a_recalled_key_without_the_scope_stays_without_it() -> None:
    _, secret = issue_key("reader", [Scope.READ])
    client = Client(headers={"authorization": f"Bearer {secret}"})

    answers = [client.post("/api/v1/events", to_structured(event("a")), STRUCTURED).status_code for _ in range(2)]

    assert answers == [403, 403]


def test_they_are_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "MOST_KEPT", 3)

    for _ in range(10):
        _, secret = issue_key("many", [Scope.WRITE])
        Client(headers={"authorization": f"Bearer {secret}"}).post("/api/v1/events", b"{}", STRUCTURED)

    assert len(authentication._kept) <= 3


def test_in_python_too_a_revoked_key_stores_nothing() -> None:
    key, secret = issue_key("producer", [Scope.WRITE])
    revoke_key(key)

    with pytest.raises(KeyRevoked):
        ingest_one(event("a"), key=key_of(secret))

    assert not OutboxEntry.objects.exists()


def test_no_secret_is_kept_in_clear(producer: Producer) -> None:
    assert producer.secret not in json.dumps([*authentication._kept], default=str)
