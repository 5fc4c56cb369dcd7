from typing import Any

import pytest
from django.test import Client

from routing.models import Delivery
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

READ = "/api/v1/dead-letters/{id}"
JSON = "application/json"


def post(client: Client, letter: Delivery, act: str, body: Any = None, **options: Any) -> Any:
    path = f"/api/v1/dead-letters/{letter.pk}/{act}"
    return client.post(path, *([] if body is None else [body]), **{"content_type": JSON, **options})


def test_a_dead_letter_is_shown(caller: Call) -> None:
    letter = made.dead(made.destination())

    response = caller("events:read").get(f"/api/v1/dead-letters/{letter.pk}")

    assert_as_documented(response, "get", READ)
    assert (response.json()["state"], response.json()["error_class"]) == ("dead", "too_large")


def test_what_is_not_dead_is_no_dead_letter(caller: Call) -> None:
    other = made.delivery(made.destination(), "delivered")

    assert caller("events:read").get(f"/api/v1/dead-letters/{other.pk}").status_code == 404


def test_redriving_answers_with_the_delivery_as_it_is_now(caller: Call) -> None:
    letter = made.dead(made.destination())

    response = post(caller("operate"), letter, "redrive")

    assert response.status_code == 202
    assert_as_documented(response, "post", f"{READ}/redrive")
    assert (response.json()["state"], response.json()["attempts"]) == ("pending", 0)
    assert response.json()["error"] == "larger than allowed"


def test_discarding_keeps_the_reason(caller: Call) -> None:
    letter = made.dead(made.destination())

    response = post(caller("operate"), letter, "discard", {"reason": "a test"})

    assert response.status_code == 200
    assert_as_documented(response, "post", f"{READ}/discard")
    assert response.json()["state"] == "discarded"
    assert response.json()["error"].endswith(": a test)")


def test_no_reason_is_needed_to_discard(caller: Call) -> None:
    letter = made.dead(made.destination())

    assert post(caller("operate"), letter, "discard").status_code == 200


@pytest.mark.parametrize("act", ["redrive", "discard"])
def test_a_letter_is_taken_once(caller: Call, act: str) -> None:
    letter = made.dead(made.destination())
    client = caller("operate")
    post(client, letter, "discard")

    response = post(client, letter, act)

    assert response.status_code == 409
    assert_as_documented(response, "post", f"{READ}/{act}")
    assert response.json()["code"] == "not-dead"


@pytest.mark.parametrize("act", ["redrive", "discard"])
def test_another_tenants_letter_is_as_unknown_as_none(caller: Call, act: str) -> None:
    """H40."""
    letter = made.dead(made.destination(), made.entry(tenant="acme"))
    client = caller("operate", "events:read", tenant="other")

    theirs = post(client, letter, act)
    none = client.post(f"/api/v1/dead-letters/999999/{act}", content_type=JSON)

    assert (theirs.status_code, none.status_code) == (404, 404)
    assert theirs.json() == none.json()
    assert client.get(f"/api/v1/dead-letters/{letter.pk}").status_code == 404
    letter.refresh_from_db()
    assert letter.state == "dead"


@pytest.mark.parametrize("act", ["redrive", "discard"])
def test_acting_needs_the_scope_to_operate(caller: Call, act: str) -> None:
    letter = made.dead(made.destination())

    response = post(caller("events:read", "events:write", "configure"), letter, act)

    assert response.status_code == 403
    letter.refresh_from_db()
    assert letter.state == "dead"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"reason": "x", "state": "delivered"}, 400),
        ({"reason": ["x"]}, 400),
        ({"reason": None}, 400),
        ({"reason": "x" * 201}, 400),
        ('{"reason": "a", "reason": "b"}', 400),
        ('{"reason": "\\u0000"}', 400),
        ('{"reason": "\\ud800"}', 400),
        ('{"reason": NaN}', 400),
        ("[" * 100_000, 400),
        ("[]", 400),
        ("{", 400),
        (b"\xff", 400),
    ],
)
def test_a_body_it_cannot_accept_is_refused_and_nothing_changes(caller: Call, body: Any, status: int) -> None:
    """H20, H40."""
    letter = made.dead(made.destination())

    response = post(caller("operate"), letter, "discard", body)

    assert response.status_code == status
    assert_as_documented(response, "post", f"{READ}/discard")
    letter.refresh_from_db()
    assert letter.state == "dead"


def test_a_body_of_another_type_or_size_is_refused(caller: Call, settings: Any) -> None:
    letter = made.dead(made.destination())
    settings.MAX_BODY_BYTES = 100
    client = caller("operate")

    other = post(client, letter, "discard", "<a/>", content_type="text/xml")
    large = post(client, letter, "discard", {"reason": "x" * 200})

    assert (other.status_code, large.status_code) == (415, 413)
    assert_as_documented(other, "post", f"{READ}/discard")
    assert_as_documented(large, "post", f"{READ}/discard")


def test_redriving_takes_no_body_and_no_parameters(caller: Call) -> None:
    letter = made.dead(made.destination())
    client = caller("operate")

    assert post(client, letter, "redrive", {"state": "delivered"}).status_code == 400
    assert client.post(f"/api/v1/dead-letters/{letter.pk}/redrive?force=1").status_code == 400
    letter.refresh_from_db()
    assert letter.state == "dead"


@pytest.mark.parametrize("id_", ["x", "-1", "1.0", "9" * 30, pytest.param("9" * 5_000, id="long")])
def test_what_is_no_id_is_not_found(caller: Call, id_: str) -> None:
    assert caller("operate").post(f"/api/v1/dead-letters/{id_}/redrive", content_type=JSON).status_code == 404
