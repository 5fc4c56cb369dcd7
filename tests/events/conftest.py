"""What the tests of getting events in share."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from events.api_keys import Scope, issue_key
from tests.events.samples import BATCH, STRUCTURED


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many hints were given; none of them goes to Redis."""
    given: list[None] = []
    monkeypatch.setattr("events.wakeup.hint", lambda: given.append(None))
    return lambda: len(given)


@dataclass(frozen=True)
class Poster:
    """A client of POST /api/v1/events with an API key."""

    client: Client
    secret: str

    def send(self, content_type: str, body: Any, **headers: str) -> Any:
        """The answer to a body: bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.secret}", **headers}
        return self.client.post("/api/v1/events", data=content, content_type=content_type, headers=headers)

    def structured(self, body: Any, **headers: str) -> Any:
        return self.send(STRUCTURED, body, **headers)

    def batch(self, body: Any) -> Any:
        return self.send(BATCH, body)


@pytest.fixture
def poster(db: None, settings: Settings, hints: Callable[[], int]) -> Poster:
    """A service that may hand events in, at the API as the product mounts it."""
    settings.ROOT_URLCONF = "tests.events.urls"
    _, secret = issue_key("a service", [Scope.WRITE], tenant="shop")
    return Poster(Client(raise_request_exception=False), secret)
