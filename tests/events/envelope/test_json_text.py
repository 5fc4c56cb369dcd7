"""H20: strict JSON, with the place of each fault. An independent reader says what is right."""

import json
import math
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.envelope.errors import EnvelopeError
from events.envelope.json_text import element_errors, load_json, parse_json


class Refused(Exception):  # noqa: N818
    """The oracle does not accept the text."""


def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(found)) != len(found):
        raise Refused
    return dict(found)


def number(text: str) -> float:
    if math.isinf(float(text)):
        raise Refused
    return float(text)


def constant(text: str) -> None:
    raise Refused


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *strings(list(value.values()))]
    if isinstance(value, list):
        return [text for below in value for text in strings(below)]
    return [value] if isinstance(value, str) else []


def oracle(text: bytes, max_depth: int) -> Any:
    """The standard library's reader with every leniency taken away."""
    try:
        value = json.loads(
            text.decode(), object_pairs_hook=pairs, parse_constant=constant, parse_int=number, parse_float=number
        )
        for found in strings(value):
            found.encode()
    except ValueError:
        raise Refused from None
    if depth(value) > max_depth or any("\0" in found for found in strings(value)):
        raise Refused
    return value


def verdict(text: bytes, max_depth: int) -> bool:
    try:
        oracle(text, max_depth)
    except Refused:
        return False
    return True


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.sampled_from(['"', "\\", "\0"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text('"\\ua\0', max_size=2), below, max_size=3),
    max_leaves=8,
)
FRAGMENTS = r"""{ } [ ] : , " a \ \u0022 \u0000 \\u0000 \ud800 \udc00 "a": 1 - 0 .5 1e999 1e-9 NaN true null"""
fragments = st.sampled_from([*FRAGMENTS.split(), " ", "\n", "\x01", "\ufeff", "1" * 310])


@st.composite
def almost_json(draw: st.DrawFn) -> bytes:
    """JSON, or JSON into which something was put, from which something was cut, or fragments in any order."""
    text = draw(st.one_of(values.map(json.dumps), st.lists(fragments, max_size=12).map("".join)))
    place = draw(st.integers(0, len(text)))
    added = draw(st.sampled_from(["", *'"{}[],:']))
    cut = draw(st.integers(0, 2))
    return f"{text[:place]}{added}{text[place + cut :]}".encode("utf-8", "surrogatepass")


@given(almost_json() | st.binary(max_size=12), st.integers(1, 4))
@example(b'{"a":"\\u0022","a":""}', 3)
@example(b'{"a":{"b":1,"b":2},"a":1}', 3)
@example(b'{"a":1,"\\u0061":2}', 3)
@example(b'["\\\\u0000"]', 3)
@example(b'["\\\\\\u0000"]', 3)
@settings(max_examples=400, deadline=None)
def test_it_accepts_exactly_what_a_strict_reader_accepts(text: bytes, max_depth: int) -> None:
    expected = verdict(text, max_depth)

    try:
        parse_json(text, max_depth)
        accepted = True
    except EnvelopeError:
        accepted = False

    assert accepted == expected


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        (b'{"a":[{"b~":1,"b~":2}]}', "/a/0/b~0", "duplicate-key"),
        (b'{"x/y":1,"\\u0078/y":"\\u0022"}', "/x~1y", "duplicate-key"),
        (b'{"a":["x","\\u0000"]}', "/a/1", "nul-character"),
        (b'{"a":{"\\u0000":1}}', "/a", "nul-character"),
        (b'{"a":[[1],[[[2]]]]}', "/a/1/0", "too-deep"),
        (b'{"a":NaN}', "", "invalid-json"),
        (b'{"a":1e999}', "", "invalid-json"),
        (b'{"a":' + b"1" * 5000 + b"}", "", "invalid-json"),
        (b'{"a":"\\ud800"}', "", "invalid-json"),
        (b'{"a":"\xff"}', "", "invalid-json"),
        (b"\xef\xbb\xbf{}", "", "invalid-json"),
        (b"", "", "invalid-json"),
    ],
)
def test_it_names_the_place(text: bytes, pointer: str, code: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        parse_json(text, 3)

    assert (refused.value.pointer, refused.value.code) == (pointer, code)


def test_it_names_line_and_column_of_a_syntax_error() -> None:
    with pytest.raises(EnvelopeError, match="line 2 column 4"):
        parse_json(b'{"a":\n   ,}')


def test_it_finds_the_first_fault_of_each_element() -> None:
    text = b'[{"a":1,"a":2,"a":3},1,{"b":{"c":1,"c":{"d":1,"d":2}},"b":{"e":1,"e":2}},"\\u0000",[["\\u0000"]]]'

    found = [(index, error.pointer) for index, error in element_errors(text, load_json(text), 9)]

    assert found == [(0, "/0/a"), (2, "/2/b"), (3, "/3"), (4, "/4/0/0")]


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 1000 + b"]" * 1000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"1" * 1_000_000,
        b'["' + b'\\\\"' * 300_000,
        b"[" + b"\\" * 1_000_000 + b'u0000"]',
        b"[" + b"1," * 500_000 + b'{"a":1,"a":1}]',
        b"[" + b"[]," * 100_000 + b'"\\u0000"]',
    ],
)
def test_it_refuses_hostile_texts_within_milliseconds(text: bytes) -> None:
    started = time.process_time()

    with pytest.raises(EnvelopeError):
        parse_json(text)

    assert time.process_time() - started < 1


def test_it_keeps_a_broad_document() -> None:
    assert len(parse_json(b"[" + b",".join([b'{"a":[1]}'] * 5000) + b"]", 3)) == 5000
