"""H21: requests in the three content modes, as the specification says."""

import json
from typing import Any

import pytest

from events.envelope import (
    BatchError,
    CloudEvent,
    EnvelopeError,
    Mode,
    TooManyEventsError,
    UnsupportedMediaTypeError,
    parse_http,
    to_binary_headers,
)
from tests.events.samples import BATCH, STRUCTURED, document, event


def parse(content_type: str, value: Any) -> list[CloudEvent]:
    return parse_http({"content-type": content_type}, json.dumps(value).encode())[0]


def binary(body: bytes = b"", content_type: str | None = None, **attributes: str) -> CloudEvent:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/oms/main", "ce-type": "com.example.created"}
    headers |= {f"ce-{name}": value for name, value in attributes.items()}
    if content_type is not None:
        headers["content-type"] = content_type
    events, mode = parse_http(headers, body)
    assert mode is Mode.BINARY
    return events[0]


def test_it_reads_a_structured_event_with_its_data_as_written() -> None:
    body = b"""{"specversion":"1.0","id":"1", "source":"/s","type":"t",
        "d\\u0061ta" : {"n":1.50, "a":[ ]} ,"ext":-1,"on":true}"""

    events, mode = parse_http({"content-type": "Application/CloudEvents+JSON; charset=UTF-8"}, body)

    assert mode is Mode.STRUCTURED
    assert events == [CloudEvent("1", "/s", "t", extensions={"ext": -1, "on": True}, data='{"n":1.50, "a":[ ]}')]


def test_it_treats_null_attributes_as_absent() -> None:
    nothing = dict.fromkeys(["subject", "time", "datacontenttype", "dataschema", "branch", "data_base64"])

    assert parse(STRUCTURED, document(**nothing)) == [event()]


@pytest.mark.parametrize(
    ("members", "data"),
    [
        ({}, None),
        ({"data": None}, "null"),
        ({"data": "text"}, '"text"'),
        ({"data": [1], "datacontenttype": "application/vnd.a+JSON; charset=utf-8"}, "[1]"),
        ({"data": "text", "datacontenttype": "text/plain"}, "text"),
        ({"data": "", "datacontenttype": "text/plain"}, ""),
        ({"data": None, "datacontenttype": "text/plain"}, None),
        ({"data_base64": "AAE="}, b"\0\1"),
        ({"data_base64": "AAE=", "datacontenttype": "application/json"}, b"\0\1"),
    ],
)
def test_it_reads_data_by_its_content_type(members: dict[str, Any], data: str | bytes | None) -> None:
    (parsed,) = parse(STRUCTURED, document(**members))

    assert parsed.data == data


@pytest.mark.parametrize(
    ("members", "pointer", "code"),
    [
        ({"specversion": None}, "/specversion", "missing"),
        ({"specversion": ""}, "/specversion", "unsupported-specversion"),
        ({"specversion": "0.9"}, "/specversion", "unsupported-specversion"),
        ({"specversion": 1.0}, "/specversion", "unsupported-specversion"),
        ({"id": None}, "/id", "missing"),
        ({"source": None}, "/source", "missing"),
        ({"type": None}, "/type", "missing"),
        ({"id": {"a": "b"}}, "/id", "not-a-string"),
        ({"time": "lunchtime"}, "/time", "bad-time"),
        ({"MyExtension": "bad"}, "/MyExtension", "bad-name"),
        ({"my.extension": 1.5}, "/my.extension", "bad-name"),
        ({"ext": 1.5}, "/ext", "bad-type"),
        ({"ext": 10.0}, "/ext", "bad-type"),
        ({"ext": [1]}, "/ext", "bad-type"),
        ({"ext": 2147483648}, "/ext", "out-of-range"),
        ({"data": "x", "data_base64": "AAE="}, "/data_base64", "two-data-members"),
        ({"data_base64": "A"}, "/data_base64", "bad-base64"),
        ({"data_base64": "AA E="}, "/data_base64", "bad-base64"),
        ({"data_base64": 7}, "/data_base64", "bad-base64"),
        ({"data": {"a": 1}, "datacontenttype": "text/plain"}, "/data", "not-a-string"),
        ({"data": {"a": "\0"}}, "/data/a", "nul-character"),
    ],
)
def test_it_refuses_an_event_and_names_the_place(members: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        parse(STRUCTURED, document(**members))

    assert (refused.value.pointer, refused.value.code) == (pointer, code)


@pytest.mark.parametrize(
    ("content_type", "body"), [(STRUCTURED, "[]"), (STRUCTURED, '"a"'), (BATCH, "{}"), (BATCH, "1")]
)
def test_it_refuses_a_document_of_another_shape(content_type: str, body: str) -> None:
    with pytest.raises(EnvelopeError, match=r"JSON (object|array)"):
        parse_http({"content-type": content_type}, body.encode())


def test_it_refuses_data_nested_too_deep_in_each_mode() -> None:
    fits, deep = "[" * 128 + "]" * 128, "[" * 129 + "]" * 129

    assert binary(fits.encode(), "application/json").data == fits
    assert parse(STRUCTURED, document(data=json.loads(fits)))[0].data == fits
    assert parse(BATCH, [document(data=json.loads(fits))])[0].data == fits
    for refused in (
        lambda: binary(deep.encode(), "application/json"),
        lambda: parse(STRUCTURED, document(data=json.loads(deep))),
        lambda: parse(BATCH, [document(data=json.loads(deep))]),
    ):
        with pytest.raises(EnvelopeError):
            refused()


def test_it_reads_a_batch_with_copies_of_an_event() -> None:
    events, mode = parse_http({"content-type": BATCH}, json.dumps([document(), document(), document(data=2)]).encode())

    assert mode is Mode.BATCH
    assert events == [event(), event(), event(data="2")]


def test_it_reads_an_empty_batch() -> None:
    assert parse(BATCH, []) == []


def test_it_names_each_bad_event_of_a_batch_once() -> None:
    body = b"""[{"specversion":"1.0","id":"1","source":"/s","type":"t"},
        {"specversion":"1.0","id":"","source":"","type":"t"},
        "not an object",
        {"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"a":1,"a":2},"time":"now"},
        {"specversion":"1.0","id":"1","source":"/s","type":"t","data":["\\u0000"]},
        {"specversion":"0.3","id":"1","source":"/s","type":"t"}]"""

    with pytest.raises(BatchError, match="5 of 6 events are invalid") as refused:
        parse_http({"content-type": BATCH}, body)

    assert [(error.index, error.pointer, error.code) for error in refused.value.errors] == [
        (1, "/1/id", "empty"),
        (2, "/2", "not-an-object"),
        (3, "/3/data/a", "duplicate-key"),
        (4, "/4/data/0", "nul-character"),
        (5, "/5/specversion", "unsupported-specversion"),
    ]


def test_it_refuses_more_events_than_allowed() -> None:
    with pytest.raises(TooManyEventsError, match="at most 2 events"):
        parse_http({"content-type": BATCH}, json.dumps([document()] * 3).encode(), max_events=2)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/cloudevents+avro",
        "application/cloudevents",
        f"{STRUCTURED}; charset=latin-1",
        "application/json",
        "",
    ],
)
def test_it_refuses_what_it_cannot_read(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        parse(content_type, document())


@pytest.mark.parametrize(
    ("content_type", "body", "data"),
    [
        ("application/json", b"", None),
        ("application/json; charset=utf-8", b' {"a": 1.0}', ' {"a": 1.0}'),
        (None, b'"x"', '"x"'),
        ("text/plain", "é".encode(), "é"),
        ("text/plain; charset=latin-1", "é".encode("latin-1"), b"\xe9"),
        ("application/octet-stream", b"\0\xff", b"\0\xff"),
    ],
)
def test_it_reads_the_body_of_a_binary_event(content_type: str | None, body: bytes, data: str | bytes | None) -> None:
    parsed = binary(body, content_type)

    assert parsed == event(datacontenttype=content_type, data=data)


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        ("Euro%20%E2%82%AC%20%f0%9f%98%80", "Euro € 😀"),
        ("%41", "A"),
        ("%2520", "%20"),
        ('"a b\\"c"', 'a b"c'),
        ('"a%20b"', "a b"),
        ("a b", "a b"),
    ],
)
def test_it_decodes_header_values(value: str, subject: str) -> None:
    assert binary(subject=value).subject == subject


@pytest.mark.parametrize(
    ("headers", "place", "code"),
    [
        ({"specversion": "0.3"}, "ce-specversion", "unsupported-specversion"),
        ({"id": ""}, "ce-id", "empty"),
        ({"subject": "%C0%A0"}, "ce-subject", "bad-percent-encoding"),
        ({"subject": "100%"}, "ce-subject", "bad-percent-encoding"),
        ({"subject": "é"}, "ce-subject", "not-ascii"),
        ({"subject": "%00"}, "ce-subject", "forbidden-character"),
        ({"my-ext": "x"}, "ce-my-ext", "bad-name"),
        ({"datacontenttype": "a/b"}, "ce-datacontenttype", "reserved-name"),
    ],
)
def test_it_refuses_headers_and_names_them(headers: dict[str, str], place: str, code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        binary(b"", None, **headers)

    assert (refused.value.pointer, refused.value.code) == (place, code)


@pytest.mark.parametrize(
    ("content_type", "body", "place"),
    [
        ("application/json", b"{", "body"),
        ("application/json", b'{"a":[{"b":1,"b":1}]}', "body/a/0/b"),
        ("application/json; charset=utf-16", b"{}", "content-type"),
        ("xyz", b"{}", "content-type"),
        ("text/plain", b"\xff", "body"),
        ("text/plain", b"a\0", "body"),
    ],
)
def test_it_refuses_a_binary_body_and_names_the_place(content_type: str, body: bytes, place: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        binary(body, content_type)

    assert refused.value.pointer == place


@pytest.mark.parametrize("missing", ["specversion", "id", "source", "type"])
def test_it_refuses_a_binary_event_without_a_required_header(missing: str) -> None:
    headers = to_binary_headers(event(data="1"))
    del headers[f"ce-{missing}"]

    with pytest.raises(EnvelopeError) as refused:
        parse_http(headers, b"1")

    assert (refused.value.pointer, refused.value.code) == (f"ce-{missing}", "missing")
