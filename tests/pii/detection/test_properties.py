"""Whatever comes in: no exception, findings within bounds, in order, apart, and the same every time."""

import json
from itertools import pairwise
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from events.pii.detection import Examined, Finding, detect, scan_text
from events.pii.detection.gate import PATTERNS, Sign, options, signs
from tests.pii.detection.found import in_data

# Texts close to what is looked for meet more of the code than any texts.
PIECES = st.sampled_from(
    ["a@b.co", "4111 1111 1111 1111", "123-45-6789", "%40", "%25", "&#64;", "\\u0040", "YUBiLmNv",
     "YWxpY2VAZXhhbXBsZS5jb20=",     "{", '{"ssn":', "}", "[", '"', "\uff11", "\u200b",
     "\x00", "\x1f", "\ud800", "é", "用", " ", "\n", ".", "-", "1", "0", "x",
     "://", "u:p@", "DE44500105175407324931", "::1", "1.2.3.4", "call ", "SSN ", "born 1980-01-01",
     "eyJhbGciOiJIUzI1NiJ9.",     "-----BEGIN PRIVATE KEY-----", "password=", "ghp_", "\ufdfa", "+", "(", ")"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join))
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS)
NAMES = st.one_of(TEXTS, st.sampled_from(["email", "name", "first", "phone", "password", "n", "birth", "bank"]))
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
EXAMPLES = settings(max_examples=200, deadline=None)


@EXAMPLES
@given(JSON, st.dictionaries(st.sampled_from(["id", "subject", "email"]), TEXTS))
def test_findings_are_in_bounds_in_order_and_apart(data: Any, attributes: dict[str, str]) -> None:
    found = detect(Examined(data, attributes))

    assert [(finding.path, finding.where, finding.start) for finding in found] == sorted(
        (finding.path, finding.where, finding.start) for finding in found
    )
    for finding in found:
        assert 0 <= finding.start < finding.end <= len(_text_at(finding, data, attributes))
    for before, after in pairwise(found):
        assert (before.path, before.where) != (after.path, after.where) or before.end <= after.start


def _text_at(finding: Finding, data: Any, attributes: dict[str, str]) -> str:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in finding.path.split("/")[1:]]
    if finding.where == "attribute":
        return attributes[steps[0]]
    if finding.where == "key":
        return steps[-1]
    for step in steps[1:]:
        data = data[int(step)] if isinstance(data, list) else data[step]
    if isinstance(data, float) and data.is_integer():
        return str(int(data))
    return data if isinstance(data, str) else str(data)


@EXAMPLES
@given(JSON)
def test_the_same_is_found_every_time(data: Any) -> None:
    assert in_data(data) == in_data(data)


@EXAMPLES
@given(TEXTS, st.sampled_from(["", "note", "customer.phone", "aws.secret"]))
def test_a_text_alone_is_read_as_in_an_event(text: str, context: str) -> None:
    data: Any = text
    for name in reversed(context.split(".") if context else []):
        data = {name: data}

    alone = scan_text(text, context)

    inside = [finding for finding in in_data(data) if finding.where == "value"]
    assert [(f.start, f.end, f.kind, f.wrapping) for f in alone] == [
        (f.start, f.end, f.kind, f.wrapping) for f in inside
    ]


@EXAMPLES
@given(st.binary(max_size=80))
def test_any_bytes_are_looked_at(content: bytes) -> None:
    assert all(0 <= finding.start < finding.end <= len(content) for finding in detect(Examined(content)))


@EXAMPLES
@given(
    st.lists(TEXTS, max_size=5),
    st.sampled_from(["a@b.co", "123-45-6789", "4111111111111111", "DE44500105175407324931"]),
)
def test_what_stands_beside_hides_nothing(others: list[str], personal: str) -> None:
    found = in_data([*others, f"it is {personal} indeed"])

    assert any(finding.path == f"/data/{len(others)}" for finding in found)


@EXAMPLES
@given(st.lists(TEXTS, max_size=3))
def test_the_gate_sees_what_each_of_its_patterns_sees_alone(texts: list[str]) -> None:

    joined = "\x1f".join(["", *texts, ""]).encode("latin-1", "replace")

    assert sorted(signs(joined)) == [sign for sign in Sign if re2.compile(PATTERNS[sign], options()).search(joined)]


@pytest.mark.parametrize("depth", [10, 10_000])
def test_depth_is_no_matter(depth: int) -> None:
    data: Any = "a@b.co"
    for _ in range(depth):
        data = [data]

    (found,) = in_data(data)

    assert found.path == "/data" + "/0" * depth


def test_json_in_a_string_is_the_same_as_json() -> None:
    data = {"customer": {"phone": 5551234567, "tags": ["a@b.co", "x"]}, "ssn": "123-45-6789"}

    assert {f.kind for f in scan_text(json.dumps(data))} == {f.kind for f in in_data(data)}
