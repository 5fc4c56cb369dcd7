"""What goes out comes in again, and data goes out as the text that came in."""

import json
from typing import Any

import pytest
from cloudevents.v1.http import from_http
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import (
    CloudEvent,
    EnvelopeError,
    attribute_headers,
    parse_http,
    payload,
    to_batch,
    to_binary_headers,
    to_structured,
)
from tests.events.samples import BATCH, STRUCTURED, event

text = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20)
extensions = st.dictionaries(
    st.text("abcdefghijklmnop0123456789", min_size=3, max_size=8).filter(lambda name: name not in {"data"}),
    text | st.booleans() | st.integers(-(2**31), 2**31 - 1),
    max_size=3,
)
json_text = st.recursive(st.none() | st.integers() | text, lambda below: st.lists(below) | st.dictionaries(text, below))
data: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.builds(lambda value: {"data": json.dumps(value)}, json_text),
    st.builds(lambda value: {"data": value, "datacontenttype": "text/plain"}, text),
    st.builds(lambda value: {"data": value, "datacontenttype": "image/png"}, st.binary(min_size=1)),
)


@st.composite
def events(draw: st.DrawFn) -> CloudEvent:
    return event(draw(text), subject=draw(st.none() | text), extensions=draw(extensions), **draw(data))


@given(events())
def test_a_structured_event_comes_back_as_it_was(made: CloudEvent) -> None:
    assert parse_http({"content-type": STRUCTURED}, to_structured(made))[0] == [made]


@given(st.lists(events(), max_size=3))
def test_a_batch_comes_back_as_it_was(made: list[CloudEvent]) -> None:
    assert parse_http({"content-type": BATCH}, to_batch(made))[0] == made


@given(events())
def test_a_binary_event_comes_back_as_it_was_with_extensions_as_text(made: CloudEvent) -> None:
    headers = to_binary_headers(made)

    (parsed,), _ = parse_http(headers, payload(made))

    assert (parsed.id, parsed.subject, parsed.data) == (made.id, made.subject, made.data)
    assert parsed.extensions == {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in made.extensions.items()
    }
    assert all("!" <= character <= "~" for value in headers.values() for character in value)


def test_json_data_goes_out_as_the_text_that_is_stored() -> None:
    stored = '{ "n": 1.500, "big": 12345678901234567890123 }'

    assert to_structured(event(data=stored)).endswith(b',"data":' + stored.encode() + b"}")
    assert payload(event(data=stored)) == stored.encode()


def test_headers_are_percent_encoded_as_the_binding_says() -> None:
    headers = to_binary_headers(event('Euro € 😀 "%"~!', extensions={"on": True, "n": -1}, data="1"))

    assert headers == {
        "ce-specversion": "1.0",
        "ce-id": "Euro%20%E2%82%AC%20%F0%9F%98%80%20%22%25%22~!",
        "ce-source": "/oms/main",
        "ce-type": "com.example.created",
        "ce-on": "true",
        "ce-n": "-1",
        "content-type": "application/json",
    }


def test_the_content_type_is_no_attribute_header() -> None:
    made = event(datacontenttype="text/plain", data="x")

    assert "text/plain" not in attribute_headers(made).values()
    assert to_binary_headers(made)["content-type"] == "text/plain"


def test_an_event_without_data_has_no_body_and_no_content_type() -> None:
    assert payload(event()) == b""
    assert "content-type" not in to_binary_headers(event())
    assert "data" not in json.loads(to_structured(event()))


def test_an_independent_reader_understands_both_modes() -> None:
    made = event("1", subject="s", time="2018-04-05T17:31:00Z", extensions={"branch": "main"}, data='{"a":[1]}')

    structured = from_http({"content-type": STRUCTURED}, to_structured(made))
    binary = from_http(to_binary_headers(made), payload(made))

    for read in (structured, binary):
        assert read.data == {"a": [1]}
        assert (read["id"], read["source"], read["subject"], read["branch"]) == ("1", "/oms/main", "s", "main")


@pytest.mark.parametrize("pointer", ["/id", "/" + "x" * 5000])
def test_an_error_is_of_bounded_size(pointer: str) -> None:
    assert len(str(EnvelopeError(pointer, "code", "reason"))) < 600
