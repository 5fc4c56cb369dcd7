"""What the demo holds after its first start, and what later starts leave alone."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from controlplane.quickstart.demo import Demo, seed_demo
from events.api_keys import find_caller, revoke_key
from events.models import ApiKey
from routing.models import Destination, RoutingRule, RoutingTable

pytestmark = pytest.mark.django_db

NATS, AWS = "nats://127.0.0.1:20001", "http://127.0.0.1:20002"
FIRST = {"nats": NATS, "aws": AWS}


@pytest.fixture
def demo() -> Demo:
    return seed_demo(nats=NATS, aws=AWS, last={})


def again(demo: Demo, **changes: Any) -> Demo:
    known: dict[str, Any] = {"password": demo.password, "api_key": demo.api_key, "last": FIRST, **FIRST, **changes}
    return seed_demo(**known)


def config(name: str) -> dict[str, Any]:
    known: dict[str, Any] = Destination.objects.get(name=name).config
    return known


def test_the_first_start_publishes_the_default_rules(demo: Demo) -> None:
    table = RoutingTable.objects.get()

    patterns = [(rule["type_pattern"], rule["strategy"]) for rule in table.snapshot["rules"]]

    assert patterns == [
        ("*.schema.*", "ALL"),
        ("*.branch.*", "FAILOVER"),
        ("*.action.*", "PRIMARY_ONLY"),
        ("*.system.*", "ALL"),
        ("*", "ALL"),
    ]


def test_it_starts_also_where_publishing_takes_four_eyes(db: None, settings: Settings) -> None:
    settings.FOUR_EYES = ["policies", "tables"]

    seed_demo(last=FIRST, **FIRST)

    assert RoutingTable.objects.get().version == 1


def test_the_destinations_point_at_the_servers(demo: Demo) -> None:
    assert config("nats") == {"servers": [NATS], "stream": "EVENTS", "subject": "events.{type}"}
    assert config("eventbridge") == {"bus": "oms", "region": "us-east-1", "endpoint": AWS}


def test_its_key_and_password_are_good(demo: Demo) -> None:
    assert find_caller(demo.api_key) is not None
    assert demo.password is not None
    assert User.objects.get(username=demo.username, is_superuser=True).check_password(demo.password)


def test_a_second_start_changes_nothing(demo: Demo) -> None:
    assert again(demo) == demo
    assert RoutingTable.objects.count() == 1
    assert ApiKey.objects.count() == 1


def test_servers_that_moved_are_followed(demo: Demo) -> None:
    again(demo, nats="nats://127.0.0.1:20003", aws="http://127.0.0.1:20004")

    assert config("nats")["servers"] == ["nats://127.0.0.1:20003"]
    assert config("eventbridge")["endpoint"] == "http://127.0.0.1:20004"


def test_an_address_that_a_person_gave_stays(demo: Demo) -> None:
    Destination.objects.filter(name="nats").update(config={"servers": ["nats://cluster:4222"], "stream": "OTHER"})

    again(demo, nats="nats://127.0.0.1:20003")

    assert config("nats") == {"servers": ["nats://cluster:4222"], "stream": "OTHER"}


def test_rules_that_a_person_removed_stay_removed(demo: Demo) -> None:
    RoutingRule.objects.get(name="Actions").delete()

    again(demo)

    assert not RoutingRule.objects.filter(name="Actions").exists()


def test_a_password_that_a_person_set_stays(demo: Demo) -> None:
    user = User.objects.get(username=demo.username)
    user.set_password("chosen by a person")
    user.save()

    second = again(demo)

    user.refresh_from_db()
    assert second.password is None
    assert user.check_password("chosen by a person")


def test_a_password_nobody_knows_any_more_is_replaced(demo: Demo) -> None:
    second = again(demo, password=None)

    assert second.password is not None
    assert User.objects.get(username=demo.username).check_password(second.password)


def test_a_revoked_key_is_replaced(demo: Demo) -> None:
    revoke_key(ApiKey.objects.get())

    second = again(demo)

    assert second.api_key != demo.api_key
    assert find_caller(second.api_key) is not None
