"""POST /api/v1/events: what is accepted, what is refused and how it is said."""

import json
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from drf_spectacular.generators import SchemaGenerator
from pytest_django import Settings

from events.api.views import accept
from events.api_keys import issue_key
from events.envelope import payload, to_batch, to_binary_headers, to_structured
from events.ingest import IngestBusy
from events.models import OutboxEntry, PendingEntry
from tests.events.conftest import Poster
from tests.events.samples import BATCH, STRUCTURED, document, event

pytestmark = pytest.mark.django_db


def problem(response: Any, status: int, code: str) -> Any:
    """The body of an answer that must be problem details."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"/problems/{code}"
    assert body["title"]
    assert body["detail"]
    return body


def faults(response: Any, code: str) -> list[tuple[Any, ...]]:
    errors = problem(response, 400, code)["errors"]
    return [(error.get("index"), error.get("pointer", error.get("header")), error["code"]) for error in errors]


def test_it_accepts_a_structured_event(poster: Poster, hints: Callable[[], int]) -> None:
    response = poster.structured(to_structured(event(data='{"a": 1.0}')))

    entry = OutboxEntry.objects.get()
    assert response.status_code == 202
    assert response["Location"] == f"/api/v1/events/{entry.uuid}"
    assert response.json() == {
        "events": [{"id": str(entry.uuid), "source": "/oms/main", "event_id": "1", "duplicate": False}]
    }
    assert (entry.tenant, entry.data) == ("shop", '{"a": 1.0}')


def test_it_accepts_a_binary_event(poster: Poster) -> None:
    sent = event("é 1", datacontenttype="text/plain", extensions={"partitionkey": "k%"}, data="hello")
    headers = to_binary_headers(sent)

    response = poster.send(headers.pop("content-type"), payload(sent), **headers)

    entry = OutboxEntry.objects.get()
    assert response.status_code == 202
    assert response["Location"].endswith(str(entry.uuid))
    assert (entry.event_id, entry.data, entry.partitionkey) == ("é 1", "hello", "k%")


def test_it_accepts_a_batch(poster: Poster) -> None:
    response = poster.batch(to_batch([event("1"), event("2"), event("1")]))

    answers = response.json()["events"]
    assert response.status_code == 202
    assert "Location" not in response
    assert [answer["event_id"] for answer in answers] == ["1", "2", "1"]
    assert [answer["duplicate"] for answer in answers] == [False, False, True]
    assert answers[0]["id"] == answers[2]["id"]
    assert {UUID(answer["id"]) for answer in answers} == set(OutboxEntry.objects.values_list("uuid", flat=True))


def test_h21_an_empty_batch_is_accepted(poster: Poster) -> None:
    response = poster.batch(b"[]")

    assert (response.status_code, response.json()) == (202, {"events": []})


def test_h22_the_same_event_again_is_told_to_be_a_duplicate(poster: Poster) -> None:
    first = poster.structured(document(data=1))

    again = poster.structured(document(data=1))

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["events"] == [first.json()["events"][0] | {"duplicate": True}]
    assert again["Location"] == first["Location"]


def test_h22_other_content_is_a_conflict(poster: Poster) -> None:
    poster.structured(document(id="2", data=1))

    body = problem(poster.batch([document(id="1"), document(id="2", data=2)]), 409, "conflict")

    assert [error["index"] for error in body["errors"]] == [1]
    assert OutboxEntry.objects.count() == 1


def test_h21_a_batch_with_bad_events_stores_nothing_and_names_each(poster: Poster) -> None:
    response = poster.batch([document(), document(id=""), "x", document(time="now", data="erika@example.com")])

    assert faults(response, "invalid-batch") == [
        (1, "/1/id", "empty"),
        (2, "/2", "not-an-object"),
        (3, "/3/time", "bad-time"),
    ]
    assert b"erika" not in response.content
    assert not OutboxEntry.objects.exists()
    assert not PendingEntry.objects.exists()


@pytest.mark.parametrize(
    ("members", "pointer", "code"),
    [
        ({"specversion": "0.3"}, "/specversion", "unsupported-specversion"),
        ({"source": None}, "/source", "missing"),
        ({"time": "2018-04-05T18:31Z"}, "/time", "bad-time"),
        ({"MyExtension": "x"}, "/MyExtension", "bad-name"),
        ({"ext": 2**31}, "/ext", "out-of-range"),
        ({"data": 1, "data_base64": "AAE="}, "/data_base64", "two-data-members"),
    ],
)
def test_h21_a_bad_event_is_refused_with_the_place(
    poster: Poster, members: dict[str, Any], pointer: str, code: str
) -> None:
    assert faults(poster.structured(document(**members)), "invalid-event") == [(None, pointer, code)]


def test_h21_a_bad_binary_event_is_refused_with_the_header(poster: Poster) -> None:
    headers = to_binary_headers(event()) | {"ce-time": "now"}

    response = poster.send("application/json", b"{}", **headers)

    assert faults(response, "invalid-event") == [(None, "ce-time", "bad-time")]


ENVELOPE = b'{"specversion":"1.0","id":"1","source":"/s","type":"t","data":%b}'
HOSTILE = {
    "nested brackets": (b"[" * 100_000, ""),
    "closed brackets": (b"[" * 500 + b"]" * 500, "/data" + "/0" * 128),
    "NaN": (b"NaN", ""),
    "Infinity": (b"[-Infinity]", ""),
    "1e999": (b"1e999", ""),
    "5,000 digits": (b"1" * 5000, ""),
    "duplicate keys": (b'{"a":{"b":1,"b":2}}', "/data/a/b"),
    "duplicate keys, one escaped": (b'{"b":"\\u0022","\\u0062":2}', "/data/b"),
    "U+0000": (b'["\\u0000"]', "/data/0"),
    "lone surrogate": (b'"\\ud800"', ""),
    "encoded surrogate": (b'"\xed\xa0\x80"', ""),
    "invalid UTF-8": (b'"\xff"', ""),
    "nothing": (b"", ""),
}


@pytest.mark.parametrize(("data", "pointer"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("mode", ["binary", "structured", "batch"])
def test_h20_hostile_json_is_refused_with_the_place_in_milliseconds(
    poster: Poster, mode: str, data: bytes, pointer: str
) -> None:
    body = ENVELOPE % data
    prefix = "/0" if mode == "batch" else ""
    started = time.process_time()

    if mode == "binary":
        response = poster.send("application/json", data or b" ", **to_binary_headers(event()))
    else:
        response = poster.batch(b"[%b]" % body) if mode == "batch" else poster.structured(body)

    assert time.process_time() - started < 1
    body = problem(response, 400, "invalid-batch" if prefix and pointer else "invalid-event")
    if mode == "binary":
        assert body["errors"][0]["pointer"] == pointer.removeprefix("/data")
    else:
        assert body["errors"][0]["pointer"] == (prefix + pointer if pointer else "")
    assert pointer or mode == "binary" or "line 1 column" in body["errors"][0]["detail"]
    assert not OutboxEntry.objects.exists()


def test_h20_a_body_over_the_limit_is_refused_before_it_is_read(poster: Poster, settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 1000

    body = problem(poster.structured(b" " * 1001), 413, "body-too-large")

    assert body["max_bytes"] == 1000
    assert not OutboxEntry.objects.exists()


def test_h20_ten_megabytes_are_refused_with_the_default_limit(poster: Poster) -> None:
    started = time.process_time()

    problem(poster.structured(b" " * 10_000_000), 413, "body-too-large")

    assert time.process_time() - started < 1


def test_h20_a_length_that_is_no_number_is_refused(poster: Poster) -> None:
    problem(poster.structured(document(), **{"Content-Length": "-1"}), 400, "invalid-content-length")


@pytest.mark.parametrize(("size", "status"), [(500, 202), (1001, 413)])
def test_h20_a_chunked_body_is_read_up_to_the_limit(poster: Poster, settings: Settings, size: int, status: int) -> None:
    settings.MAX_BODY_BYTES = 1000
    request = RequestFactory().post(
        "/api/v1/events", content_type=STRUCTURED, headers={"Authorization": f"Bearer {poster.secret}"}
    )
    stream = BytesIO(json.dumps(document()).encode().ljust(size))
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True, "wsgi.input": stream}
    request.META.update(chunked, CONTENT_LENGTH="")

    response = accept(request)

    assert response.status_code == status
    assert stream.tell() <= 1001


def test_h20_too_many_events_are_refused(poster: Poster) -> None:
    problem(poster.batch([document()] * 1001), 413, "too-many-events")


@pytest.mark.parametrize(
    ("content_type", "headers"),
    [
        ("application/json", {}),
        ("text/html", {}),
        ("", {}),
        ("application/cloudevents+xml", {}),
        (f"{STRUCTURED}; charset=utf-16", {}),
        (STRUCTURED, {"Content-Encoding": "gzip"}),
        ("application/json; charset=latin-1", to_binary_headers(event())),
    ],
)
def test_h20_a_content_type_it_does_not_know_is_refused(
    poster: Poster, content_type: str, headers: dict[str, str]
) -> None:
    response = poster.send(content_type, document(), **{k: v for k, v in headers.items() if k != "content-type"})

    problem(response, 415, response.json()["code"])
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize("authorization", ["", "Basic abc", "Bearer", "Bearer ecp_x", "Bearer ecp_0123456789ab_wrong"])
def test_it_asks_for_a_key(poster: Poster, authorization: str) -> None:
    response = poster.structured(document(), Authorization=authorization)

    problem(response, 401, "not-authenticated")
    assert response["WWW-Authenticate"].startswith("Bearer ")
    assert not OutboxEntry.objects.exists()


def test_it_refuses_a_key_without_the_scope(poster: Poster) -> None:
    _, secret = issue_key("a reader", ["events:read"])

    problem(poster.structured(document(), Authorization=f"Bearer {secret}"), 403, "permission-denied")


def test_tenants_do_not_see_each_others_events(poster: Poster) -> None:
    _, other = issue_key("another service", ["events:write"], tenant="other")
    poster.structured(document(data=1))

    response = poster.structured(document(data=2), Authorization=f"Bearer {other}")

    assert not response.json()["events"][0]["duplicate"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (IngestBusy(), "ingest-busy"),
        (OperationalError("host=db user=secret"), "database-unavailable"),
        (InterfaceError(), "database-unavailable"),
    ],
)
@pytest.mark.parametrize("where", ["ingest_one", "require_or_recall"])
def test_it_says_when_to_come_back(
    poster: Poster, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str, where: str
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(f"events.api.views.{where}", fail)

    response = poster.structured(document())

    problem(response, 503, code)
    assert int(response["Retry-After"]) > 0
    assert b"secret" not in response.content


def test_other_methods_are_refused_where_events_are_not_listed(poster: Poster) -> None:
    _, reader = issue_key("a reader", ["events:read"])

    response = poster.client.get("/api/v1/events", headers={"Authorization": f"Bearer {reader}"})

    problem(response, 405, "method-not-allowed")
    assert "POST" in response["Allow"]


def test_it_is_documented(poster: Poster) -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]

    operation = json.loads(json.dumps(schema))["paths"]["/api/v1/events"]["post"]
    assert set(operation["requestBody"]["content"]) == {STRUCTURED, BATCH}
    assert set(operation["responses"]) == {"202", "400", "401", "403", "409", "413", "415", "422", "503"}
    assert operation["security"] == [{"ApiKey": ["events:write"]}]
