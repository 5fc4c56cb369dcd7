"""The value: what it accepts, what it refuses and where."""

import math
import sys
from typing import Any

import pytest

from events.envelope import NO_EXTENSIONS, CloudEvent, EnvelopeError, instant
from tests.events.samples import event


@pytest.mark.parametrize(
    "attributes",
    [
        {"id": "é" * 128},
        {"source": "#fragment"},
        {"source": "urn:event:from:myapi/resource/123"},
        {"source": "mailto:cncf-wg-serverless@lists.cncf.io"},
        {"source": "//[2001:db8::1]:8080/a?b=c/d?e#f"},
        {"source": "https://user@example.com:443/%20a"},
        {"source": "1-555-123-4567"},
        {"source": "./a:b"},
        {"type": "t" * 255},
        {"subject": "a b\u00a0c \U0001f600"},
        {"time": "2018-04-05T17:31:00Z"},
        {"time": "2018-04-05t17:31:00.123456789z"},
        {"time": "2018-04-05T17:31:00-23:59"},
        {"time": "2016-12-31T23:59:60Z"},
        {"datacontenttype": "text/plain; charset=utf-8", "data": "any"},
        {"datacontenttype": 'multipart/mixed; boundary="a b"', "data": b"\0"},
        {"dataschema": "https://example.com/schema#/definitions/a"},
        {"extensions": {"a1": -(2**31), "b": True, "c": "", "d": "text"}},
        {"extensions": {"partitionkey": "k" * 256}},
        {"data": '{"a": [1, 2.50, "\\u00e9"]}'},
        {"data": "null"},
    ],
)
def test_it_keeps_what_it_was_given(attributes: dict[str, Any]) -> None:
    made = event(**attributes)

    assert {name: getattr(made, name) for name in attributes} == attributes


@pytest.mark.parametrize(
    ("attributes", "pointer", "code"),
    [
        ({"id": ""}, "/id", "empty"),
        ({"id": None}, "/id", "missing"),
        ({"id": 25}, "/id", "not-a-string"),
        ({"id": "a\n"}, "/id", "forbidden-character"),
        ({"id": "a\u0085"}, "/id", "forbidden-character"),
        ({"id": "\ufdd0"}, "/id", "forbidden-character"),
        ({"id": "\U0010ffff"}, "/id", "forbidden-character"),
        ({"id": "\ud800"}, "/id", "forbidden-character"),
        ({"id": "é" * 129}, "/id", "too-long"),
        ({"source": ""}, "/source", "empty"),
        ({"source": "a b"}, "/source", "bad-uri-reference"),
        ({"source": "/é"}, "/source", "bad-uri-reference"),
        ({"source": "/a%2"}, "/source", "bad-uri-reference"),
        ({"source": "1a:b"}, "/source", "bad-uri-reference"),
        ({"source": "/a#b#c"}, "/source", "bad-uri-reference"),
        ({"source": "/[a]"}, "/source", "bad-uri-reference"),
        ({"source": "//host:port/"}, "/source", "bad-uri-reference"),
        ({"source": "/" + "a" * 1024}, "/source", "too-long"),
        ({"type": "t" * 256}, "/type", "too-long"),
        ({"subject": ""}, "/subject", "empty"),
        ({"time": "2018-04-05T18:31Z"}, "/time", "bad-time"),
        ({"time": "2018-04-05 18:31:00Z"}, "/time", "bad-time"),
        ({"time": "2018-02-29T18:31:00Z"}, "/time", "bad-time"),
        ({"time": "2018-04-05T24:00:00Z"}, "/time", "bad-time"),
        ({"time": "2018-04-05T18:31:00"}, "/time", "bad-time"),
        ({"time": "2018-04-05T18:31:00+24:00"}, "/time", "bad-time"),
        ({"time": "\u0662018-04-05T18:31:00Z"}, "/time", "bad-time"),
        ({"datacontenttype": "xyz"}, "/datacontenttype", "bad-media-type"),
        ({"datacontenttype": "a/b;c"}, "/datacontenttype", "bad-media-type"),
        ({"dataschema": "relative"}, "/dataschema", "bad-uri"),
        ({"extensions": {"MyExt": "x"}}, "/MyExt", "bad-name"),
        ({"extensions": {"a/b": "x"}}, "/a~1b", "bad-name"),
        ({"extensions": {"": "x"}}, "/", "bad-name"),
        ({"extensions": {"n" * 65: "x"}}, "/*", "bad-name"),
        ({"extensions": {"data": "x"}}, "/data", "reserved-name"),
        ({"extensions": {"ext": 1.5}}, "/ext", "bad-type"),
        ({"extensions": {"ext": None}}, "/ext", "bad-type"),
        ({"extensions": {"ext": 2**31}}, "/ext", "out-of-range"),
        ({"extensions": {"ext": "e" * 4097}}, "/ext", "too-long"),
        ({"extensions": {"partitionkey": 7}}, "/partitionkey", "not-a-string"),
        ({"extensions": {"partitionkey": ""}}, "/partitionkey", "empty"),
        ({"extensions": {"partitionkey": "k" * 257}}, "/partitionkey", "too-long"),
        ({"extensions": {f"e{number}": "x" for number in range(65)}}, "", "too-many-extensions"),
        ({"extensions": {f"e{number}": "x" * 4000 for number in range(5)}}, "", "attributes-too-large"),
        ({"data": "{"}, "/data", "invalid-json"),
        ({"data": '{"a": {"b": 1, "b": 2}}'}, "/data/a/b", "duplicate-key"),
        ({"data": '"\ud800"'}, "/data", "invalid-text"),
        ({"data": {"a": 1}}, "/data", "bad-type"),
        ({"datacontenttype": "text/plain", "data": "a\0"}, "/data", "nul-character"),
    ],
)
def test_it_refuses_an_event_with_the_place_and_a_code(attributes: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        event(**attributes)

    assert (refused.value.pointer, refused.value.code) == (pointer, code)


def test_it_never_quotes_a_value_in_an_error() -> None:
    with pytest.raises(EnvelopeError) as refused:
        event(time="4111 1111 1111 1111", subject="erika@example.com")

    assert "4111" not in str(refused.value)
    assert "erika" not in str(refused.value)


def test_it_cannot_be_changed_through_what_it_was_made_of() -> None:
    extensions: dict[str, Any] = {"branch": "main"}
    made = event(extensions=extensions)

    extensions["branch"] = "other"

    assert made.extensions == {"branch": "main"}
    with pytest.raises(TypeError):
        made.extensions["branch"] = "other"  # type: ignore[index]
    with pytest.raises(AttributeError):
        made.id = "2"  # type: ignore[misc]


def test_it_is_built_from_columns_as_it_was() -> None:
    made = event(data="[1]", extensions={"partitionkey": "k"}, time="2018-04-05T17:31:00Z")

    stored = CloudEvent.stored(
        "1", "/oms/main", "com.example.created", None, made.time, None, None, '{"partitionkey":"k"}', "[1]", False
    )

    assert stored == made
    assert type(stored) is CloudEvent
    assert repr(stored) == repr(made)


def test_it_is_built_from_columns_with_binary_data() -> None:
    stored = CloudEvent.stored("1", "/s", "t", None, None, None, None, "{}", "AAE=", True)

    assert stored.data == b"\0\1"
    assert stored.extensions is NO_EXTENSIONS


def test_it_takes_any_json_data_and_gives_an_id() -> None:
    made = CloudEvent.of(type="t", source="/s", data={"é": [None, 1.5]}, partitionkey="k")

    assert made.data == '{"é":[null,1.5]}'
    assert made.datacontenttype == "application/json"
    assert made.extensions == {"partitionkey": "k"}
    assert len(made.id) == 36


def test_it_tells_no_data_from_null() -> None:
    assert CloudEvent.of(type="t", source="/s").data is None
    assert CloudEvent.of(type="t", source="/s", data=None).data == "null"


def nested(depth: int) -> list[Any]:
    outermost: list[Any] = []
    for _ in range(depth):
        outermost = [outermost]
    return outermost


@pytest.mark.parametrize(
    "data",
    [
        math.nan,
        {"a": math.inf},
        {1, 2},
        object(),
        {"1": 1, 1: 2},
        "\ud800",
        nested(129),
        nested(sys.getrecursionlimit() * 2),
    ],
)
def test_it_refuses_data_that_is_not_json(data: object) -> None:
    with pytest.raises(EnvelopeError) as refused:
        CloudEvent.of(type="t", source="/s", data=data)

    assert refused.value.pointer.startswith("/data")


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ("2018-04-05T18:31:00+01:00", "2018-04-05T17:31:00+00:00"),
        ("2018-04-05t17:31:00.123456789z", "2018-04-05T17:31:00.123456+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("0001-01-01T00:00:00+12:00", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_it_reads_a_time_as_an_instant(time: str, utc: str) -> None:
    assert instant(time).isoformat() == utc
