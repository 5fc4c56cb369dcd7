import base64
import json

import pytest

from events.pii.detection import Examined, detect, scan_text
from events.pii.detection.detect import DEPTH
from tests.pii.detection.found import by_path, in_data, kinds, spans

EMAIL = "alice.smith@example.com"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def wide(text: str) -> str:
    """Full-width forms, which have the same order as ASCII."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


def url_safe(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("kind", "disguised"),
    [
        ("email", wide("alice@example.com")),
        ("email", "al\u200bice@exam\u200dple\u2060.com"),
        ("email", "alice@\u00adexample.com"),
        ("email", "al\x00ice@example\x7f.com"),
        ("credit_card", wide("4111-1111-1111-1111")),
        ("credit_card", "٤١١١١١١١١١١١١١١١"),
        ("credit_card", "4111\u00a01111\u00a01111\u202f1111"),
        ("us_ssn", "123\u2011\u200b45\u201167\ufe0f89"),
        ("email", "alice%40example.com"),
        ("email", "alice%2540example%252Ecom"),
        ("credit_card", "".join(f"%3{digit}" for digit in "4111111111111111")),
        ("email", "%EF%BD%81lice%EF%BC%A0example.com"),
        ("email", "alice&#64;example.com"),
        ("email", "alice&#x40;example&period;com"),
        ("email", "alice&commat;example.com"),
        ("email", "alice\\u0040example.com"),
        ("email", encoded(EMAIL)),
        ("email", url_safe(EMAIL)),
        ("email", encoded("ü" + EMAIL)),
        ("us_ssn", encoded("123-45-6789")),
        ("credit_card", encoded("4111111111111111")),
    ],
)
def test_h31_it_finds_what_is_disguised_and_where_it_stands(kind: str, disguised: str) -> None:
    assert spans(f"it ({disguised}) is") == [(kind, disguised)]


@pytest.mark.parametrize("end", ["\\n", "\\r\\n", "\\t"])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+41 58 691 59 01"),
        ("phone", "070 7408 7461"),
        ("email", EMAIL),
        ("us_ssn", "222-33-4444"),
        ("credit_card", "4111111111111111"),
        ("ipv4", "203.0.113.77"),
    ],
)
def test_h31_it_finds_what_begins_a_line_that_was_escaped_twice(end: str, kind: str, value: str) -> None:
    assert spans(f"Jane{end}{value}{end}and so on") == [(kind, value)]


def test_it_finds_base64_as_a_part_of_a_path_or_after_a_prefix() -> None:
    assert spans(f"/files/{url_safe(EMAIL)}/raw") == [("email", url_safe(EMAIL))]
    assert spans(f"id-{url_safe(EMAIL)}") == [("email", url_safe(EMAIL))]


def test_it_finds_base64_over_several_lines() -> None:
    text = base64.encodebytes(b"-" * 50 + EMAIL.encode()).decode()

    assert kinds(text) == ["email"]


def test_it_reads_json_in_a_string_with_its_names_and_places() -> None:
    text = json.dumps({"user": {"name": "Amy", "ssn": 222334444, "note": "call 555-333-4444"}, "b@c.io": 1, "ok": [1]})

    assert spans(text) == [
        ("person_name", "Amy"),
        ("us_ssn", "222334444"),
        ("phone", "555-333-4444"),
        ("email", "b@c.io"),
    ]


def test_what_is_escaped_in_json_stands_for_all_of_its_string() -> None:
    text = '{"x": "a\\u0040b.co and more", "e": "tab\\t a@b.co"}'

    assert [text[finding.start : finding.end] for finding in scan_text(text)] == [
        "a\\u0040b.co and more",
        "tab\\t a@b.co",
    ]


def test_what_only_looks_like_json_is_read_as_text() -> None:
    assert spans('{"ssn": 123456789, "e": a@b.co') == [("us_ssn", "123456789"), ("email", "a@b.co")]
    assert spans("[info] a@b.co") == [("email", "a@b.co")]


def test_it_tells_how_a_thing_was_wrapped() -> None:
    (found,) = scan_text(encoded(json.dumps({"mail": "\uff41@\uff42.co"})))

    assert found.wrapping == ("base64", "json", "unicode")


def test_what_stands_beside_a_disguise_is_not_disguised() -> None:
    assert [finding.wrapping for finding in scan_text("größe: a@b.co and 100%20 c%40d.co")] == [(), ("percent",)]


def test_it_undoes_encodings_to_the_documented_depth_and_no_further() -> None:
    text = EMAIL
    for _ in range(DEPTH):
        text = encoded(text)

    assert kinds(text) == ["email"]
    assert kinds(encoded(text)) == []


def test_what_else_stands_in_an_encoded_run_is_told_with_it() -> None:
    (found,) = scan_text(encoded(json.dumps({"e": EMAIL, "c": "4111111111111111"})))

    assert {found.kind, *found.also} == {"email", "credit_card"}


def test_it_looks_at_names_and_attributes() -> None:
    found = by_path({"a@b.co": {"x": "c@d.co"}}, subject="users/e@f.co", id="4111111111111111", trail=encoded(EMAIL))

    assert found == {
        "/data/a@b.co": "email",
        "/data/a@b.co/x": "email",
        "/subject": "email",
        "/id": "credit_card",
        "/trail": "email",
    }


@pytest.mark.parametrize(
    "name",
    [
        encoded(EMAIL),
        url_safe(EMAIL),
        "alice%40example.com",
        "passport C01X00T47",
        "born 1980-01-01",
        "call 5551234567",
    ],
)
def test_it_looks_at_disguised_names_too(name: str) -> None:
    (found,) = in_data({name: 1})

    assert found.where == "key"
    assert 0 <= found.start < found.end <= len(name)


def test_what_is_shown_of_a_path_has_no_personal_names_in_it() -> None:
    found = in_data({"by": {"a@b.co": {"x": "c@d.co"}, "a/b~c": "c@d.co"}})

    assert [(finding.path, finding.where, finding.shown) for finding in found] == [
        ("/data/by/a@b.co", "key", "/data/by/*"),
        ("/data/by/a@b.co/x", "value", "/data/by/*/x"),
        ("/data/by/a~1b~0c", "value", "/data/by/a~1b~0c"),
    ]


def test_it_looks_into_binary_data_and_counts_bytes() -> None:
    (text,) = detect(Examined("größe: a@b.co".encode()))
    (binary,) = detect(Examined(b"\xff\xfe a@b.co \x00"))

    assert (text.path, text.start, text.end, text.wrapping) == ("/data", 9, 15, ("bytes",))
    assert (binary.start, binary.end) == (3, 9)
