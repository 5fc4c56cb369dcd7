"""What holds of every request: its id, its method, its parameters, what it accepts."""

from typing import Any

import pytest
import structlog
from django.test import Client

from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LISTS = ["/api/v1/events", "/api/v1/deliveries", "/api/v1/keys", "/api/v1/status/destinations"]


@pytest.fixture
def client(caller: Call) -> Client:
    return caller("events:read", "keys")


@pytest.mark.parametrize("given", ["a", "0af7651916cd43dd8448eb211c80319c", "A.b-c_9" * 9])
def test_a_request_id_of_the_client_comes_back(client: Client, given: str) -> None:
    response = client.get("/api/v1/keys", headers={"X-Request-ID": given})

    assert response["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "x" * 65, "ä", "a,b", "\x1b[31m"])
def test_another_request_id_is_replaced(client: Client, given: str) -> None:
    """H43."""
    response = client.get("/api/v1/keys", headers={"X-Request-ID": given})

    assert len(response["X-Request-ID"]) == 32
    assert response["X-Request-ID"] != given


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/keys/1", "/healthz", "/api/v1/openapi.json"])
@pytest.mark.django_db
def test_every_answer_has_a_request_id_of_its_own(path: str) -> None:
    answers = [Client().get(path) for _ in range(2)]

    assert len({answer["X-Request-ID"] for answer in answers}) == 2


def test_logs_of_a_request_bear_its_id_and_later_ones_do_not(caller: Call) -> None:
    client = caller("keys", "events:read")
    body = {"name": "billing", "scopes": ["events:read"]}

    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        client.post("/api/v1/keys", body, content_type="application/json", headers={"X-Request-ID": "r-1"})
        structlog.get_logger().info("later")

    ids = {log["event"]: log.get("request_id") for log in logs}
    assert ids["api_key.issued"] == "r-1"
    assert ids["later"] is None


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "TRACE", "BREW"])
def test_a_method_it_does_not_have_is_a_problem_that_says_which_it_has(client: Client, path: str, method: str) -> None:
    response = client.generic(method, path)

    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert response.json()["code"] == "method-not-allowed"
    assert {"GET", "HEAD", "OPTIONS"} <= set(response["Allow"].split(", "))


@pytest.mark.parametrize("path", LISTS)
def test_options_says_the_methods_and_needs_no_key(path: str, db: None) -> None:
    response = Client().options(path)

    assert (response.status_code, response.content) == (204, b"")
    assert {"GET", "HEAD", "OPTIONS"} <= set(response["Allow"].split(", "))


@pytest.mark.parametrize("path", LISTS[:3])
def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    get, head = client.get(path, {"limit": 3}), client.head(path, {"limit": 3})

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == get["Content-Type"]
    assert Client().head(path).status_code == 401


def test_what_cannot_be_answered_in_json_is_not_acceptable(client: Client) -> None:
    response = client.get("/api/v1/keys", headers={"Accept": "text/html"})

    assert_as_documented(response, "get", "/api/v1/keys")
    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")
    assert response.json()["code"] == "not-acceptable"


@pytest.mark.parametrize("path", LISTS[:3])
@pytest.mark.parametrize(
    ("parameters", "code", "names"),
    [
        ({"limit": "0"}, "invalid-parameter", ["limit"]),
        ({"limit": "-1"}, "invalid-parameter", ["limit"]),
        ({"limit": "201"}, "invalid-parameter", ["limit"]),
        ({"limit": "9" * 5_000}, "invalid-parameter", ["limit"]),
        ({"limit": "ten"}, "invalid-parameter", ["limit"]),
        ({"limit": ["5", "6"]}, "invalid-parameter", ["limit"]),
        ({"cursor": ""}, "invalid-parameter", ["cursor"]),
        ({"cursor": "nonsense"}, "invalid-parameter", ["cursor"]),
        ({"cursor": "x" * 501}, "invalid-parameter", ["cursor"]),
        ({"offset": "-5"}, "unknown-parameter", ["offset"]),
        ({"page": "2", "format": "api"}, "unknown-parameter", ["format", "page"]),
        ({"state__in": "dead"}, "unknown-parameter", ["state__in"]),
    ],
)
def test_parameters_it_cannot_take_are_refused_and_named(
    client: Client, path: str, parameters: dict[str, Any], code: str, names: list[str]
) -> None:
    """H25."""
    response = client.get(path, parameters)

    assert response.status_code == 400
    assert_as_documented(response, "get", path)
    assert response.json()["code"] == code
    assert [error["parameter"] for error in response.json()["errors"]] == names


def test_handing_in_takes_no_parameters(caller: Call) -> None:
    """H25."""
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}

    response = caller("events:write").post(
        "/api/v1/events?dry_run=1", event, content_type="application/cloudevents+json"
    )

    assert response.status_code == 400
    assert_as_documented(response, "post", "/api/v1/events")
    assert [error["parameter"] for error in response.json()["errors"]] == ["dry_run"]


def test_lists_have_an_order_that_lasts(client: Client) -> None:
    to = made.destination()
    for _ in range(6):
        made.delivery(to)

    for path in LISTS:
        answers = [client.get(path).json()["items"] for _ in range(3)]

        assert answers[0] == answers[1] == answers[2]
