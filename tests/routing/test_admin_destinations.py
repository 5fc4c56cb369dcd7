from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from routing.models import Destination, DestinationHealth
from routing.publish_table import publish
from routing.publishers.eventbridge.config import EventBridgeConfig
from routing.publishers.nats.config import NatsConfig
from tests.routing import made

pytestmark = pytest.mark.django_db

ALL = tuple(f"routing.{verb}_destination" for verb in ("view", "add", "change", "delete"))
ADD = "/admin/routing/destination/add/"


@pytest.fixture
def client() -> Client:
    return made.logged_in(*ALL)


def form(**values: Any) -> dict[str, Any]:
    return {
        "name": "nats", "kind": "memory", "config": "{}", "max_attempts": "3", "max_age_seconds": "3600",
        "ack_wait_seconds": "30", "backoff_base_seconds": "1", "backoff_cap_seconds": "60",
        "failover_after_seconds": "5", "in_flight_limit": "100", **values,
    }  # fmt: skip


def address(destination: Destination, verb: str) -> str:
    return f"/admin/routing/destination/{destination.pk}/{verb}"


def test_a_destination_is_made(client: Client) -> None:
    response = client.post(ADD, form())

    assert response.status_code == 302
    assert Destination.objects.get().in_flight_limit == 100


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("[]", "must be an object"),
        ('{"no_such_key": 1}', "no_such_key"),
        ('{"a": 1, "a": 2}', "the same key twice"),
        ("{", "not valid JSON"),
    ],
)
def test_a_bad_config_is_a_form_error_that_names_the_key(client: Client, config: str, words: str) -> None:
    response = client.post(ADD, form(kind="nats", config=config))

    assert words in " ".join(response.context["adminform"].form.errors["config"])
    assert not Destination.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("max_attempts", "0"), ("ack_wait_seconds", "nan"), ("name", "a b")])
def test_a_bad_setting_is_a_form_error(client: Client, field: str, value: str) -> None:
    response = client.post(ADD, form(**{field: value}))

    assert field in response.context["adminform"].form.errors


def test_it_is_paused_and_resumed_by_buttons_that_ask_first(client: Client) -> None:
    nats = made.destination()

    assert client.get(address(nats, "pause/")).status_code == 200
    assert not Destination.objects.get().paused

    client.post(address(nats, "pause/"), {"note": "maintenance", "asked": "1"})
    paused = Destination.objects.get()
    assert (paused.paused, paused.paused_reason) == (True, "maintenance")
    assert "maintenance" in client.get("/admin/routing/destination/").content.decode()

    assert client.get(address(nats, "resume/")).status_code == 200
    client.post(address(nats, "resume/"), {"asked": "1"})
    assert not Destination.objects.get().paused


def test_the_form_neither_pauses_nor_resumes(client: Client) -> None:
    nats = made.destination(paused=True, paused_reason="maintenance")

    client.post(address(nats, "change/"), form(paused="", max_attempts="7"))

    after = Destination.objects.get()
    assert (after.paused, after.paused_reason, after.max_attempts) == (True, "maintenance", 7)


def test_pausing_needs_the_permission_to_change() -> None:
    nats = made.destination()
    client = made.logged_in("routing.view_destination", name="viewer")

    assert client.post(address(nats, "pause/"), {"note": "", "asked": "1"}).status_code == 403
    assert not Destination.objects.get().paused


def test_one_in_use_is_not_deleted_and_the_page_says_why(client: Client) -> None:
    """H13."""
    nats = made.destination()
    made.rule("catch-all", nats)
    publish(note="", by=None)

    page = client.get(address(nats, "delete/")).content.decode()
    client.post(address(nats, "delete/"), {"post": "yes"})
    client.post(
        "/admin/routing/destination/",
        {"action": "delete_selected", "_selected_action": [nats.pk], "post": "yes"},
    )

    assert "the rule catch-all names it" in page
    assert "the routing table v1 names it" in page
    assert Destination.objects.exists()


def test_an_unused_one_is_deleted(client: Client) -> None:
    one, other = made.destination("one"), made.destination("other")

    client.post(address(one, "delete/"), {"post": "yes"})
    client.post(
        "/admin/routing/destination/",
        {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"},
    )

    assert not Destination.objects.exists()


def test_one_that_cannot_be_reached_says_since_when_and_why(client: Client) -> None:
    nats = made.destination()
    since = timezone.now()
    DestinationHealth.objects.create(
        destination=nats, unreachable_since=since, error_class="not_connected", error="no server could be reached"
    )

    for path in ("/admin/routing/destination/", address(nats, "change/")):
        page = client.get(path).content.decode()
        assert "unreachable" in page
        assert f"not_connected: no server could be reached (since {since:%Y-%m-%d %H:%M:%S} UTC)" in page


def test_resume_is_offered_for_what_is_paused_only(client: Client) -> None:
    nats, paused = made.destination(), made.destination("paused", paused=True)

    assert address(nats, "resume") not in client.get(address(nats, "change/")).content.decode()
    assert address(paused, "resume") in client.get(address(paused, "change/")).content.decode()


def test_the_form_says_what_a_config_can_hold(client: Client) -> None:
    page = client.get(ADD).content.decode()

    known = NatsConfig.__dataclass_fields__.keys() | EventBridgeConfig.__dataclass_fields__.keys()
    for name in ("servers", "stream", "replicas", "max_bytes", "bus", "region", "endpoint", "concurrency"):
        assert name in known
        assert name in page
    assert "env:NAME" in page
