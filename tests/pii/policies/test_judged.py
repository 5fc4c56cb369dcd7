"""All that is decided about one event: what was found, what a policy says stands there, what is for tests."""

from typing import Any

import pytest

from events.pii.detection import Examined, Finding, Kind, detect
from events.pii.policies.decide import PolicySet
from events.pii.policies.errors import ClassificationError
from events.pii.policies.judged import judge
from events.pii.policies.sample_values import is_test_value
from tests.pii.policies.made import found, line, policies, raw


def judged(
    data: Any, known: PolicySet, findings: list[Finding] | None = None, **attributes: str
) -> dict[str, tuple[str, str, int]]:
    """By path: kind, action and end."""
    examined = Examined(data, attributes)
    listed = judge(examined, detect(examined) if findings is None else findings, known, "t", "production", attributes)
    return {one.finding.path: (one.finding.kind.value, one.action.value, one.finding.end) for one in listed}


def test_what_a_line_says_stands_at_a_place_is_acted_on_though_nothing_is_found_in_it() -> None:
    known = policies(raw(paths=[line("/data/*/loyalty", "ANONYMIZE", "national_id", whole=True)]))

    done = judged(
        {"a": {"loyalty": "blue seven"}, "b": {"loyalty": 17}, "loyalty": "no", "c": {"loyalty": None}}, known
    )

    assert done == {
        "/data/a/loyalty": ("national_id", "ANONYMIZE", 10),
        "/data/b/loyalty": ("national_id", "ANONYMIZE", 2),
    }


IN_DATA = {"/data/a/0", "/data/a/1/b", "/data/c~1d", "/data/e"}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/data/**", IN_DATA),
        ("/data/a/*", {"/data/a/0", "/data/a/1/b"}),
        ("/data/a/1", {"/data/a/1/b"}),
        ("/data/e", {"/data/e"}),
        ("/data/**/b", {"/data/a/1/b"}),
        ("/data/**/**/b", {"/data/a/1/b"}),
        ("/data/c~1d", {"/data/c~1d"}),
        ("/**", IN_DATA | {"/subject"}),
        ("/*", IN_DATA | {"/subject"}),
        ("/subject", {"/subject"}),
        ("/data", IN_DATA),
    ],
)
def test_the_places_are_those_that_the_path_leads_to_and_all_that_is_in_them(path: str, wanted: set[str]) -> None:
    known = policies(raw(paths=[line(path, "REDACT", "credential", whole=True)]))

    done = judged({"a": ["x", {"b": 1}], "c/d": "y", "e": True, "f": ""}, known, subject="s")

    assert set(done) == wanted


def test_a_narrower_line_holds_within_a_whole_place() -> None:
    whole, narrower = line("/data/a", "ENCRYPT", "special_category", whole=True), line("/data/a/b", "ignore")

    done = judged({"a": {"b": "x", "c": {"d": "y"}}}, policies(raw(paths=[whole, narrower])))

    assert done == {"/data/a/c/d": ("special_category", "ENCRYPT", 1)}


def test_what_is_told_of_a_whole_place_has_no_personal_names_in_it() -> None:
    """H30"""
    known = policies(raw(paths=[line("/data/a", "ENCRYPT", "address", whole=True)]))
    examined = Examined({"a": {"jane@acme.org": "x", "4111111111111111": {"jim@acme.org": [True]}}})

    listed = judge(examined, detect(examined), known, "t", "production", {})

    assert sorted(one.finding.shown for one in listed) == ["/data/a/*"] * 3 + ["/data/a/*/*"] * 1 + ["/data/a/*/*/0"]


def test_what_identifies_an_event_stays_one_to_one_whatever_its_class() -> None:
    mild = policies(raw(default="LOG"))

    done = judged({}, mild, subject="jane@acme.org", dataclassification="restricted")

    assert done == {"/subject": ("email", "ANONYMIZE", 13)}


def test_a_whole_place_stands_for_what_is_found_in_it_by_the_strictest() -> None:
    known = policies(raw(kinds={"email": "BLOCK"}, paths=[line("/data/a", "LOG", "person_name", whole=True)]))
    mild = policies(raw(kinds={"email": "LOG"}, paths=[line("/data/a", "REDACT", "person_name", whole=True)]))

    assert judged({"a": "jane@acme.org"}, known) == {"/data/a": ("person_name", "BLOCK", 13)}
    assert judged({"a": "jane@acme.org"}, mild) == {"/data/a": ("person_name", "REDACT", 13)}


def test_data_of_any_form_can_be_a_whole_place() -> None:
    known = policies(raw(paths=[line("/data", "ENCRYPT", "special_category", whole=True)]))

    assert judged("text", known, []) == {"/data": ("special_category", "ENCRYPT", 4)}
    assert judged(b"\xff\x00", known, []) == {"/data": ("special_category", "ENCRYPT", 2)}


def test_known_test_values_are_found_unless_a_policy_lets_them_be() -> None:
    data = {"card": "4111 1111 1111 1111", "n": 4111111111111111, "m": "to a@example.com", "real": "jane@acme.org"}

    strict, lenient = judged(data, policies(raw())), judged(data, policies(raw(allow_test_values=True)))

    assert set(strict) == {"/data/card", "/data/n", "/data/m", "/data/real"}
    assert set(lenient) == {"/data/real"}


def test_a_test_value_in_an_encoding_is_found() -> None:
    wrapped = [Finding("/data", 0, 4, Kind.EMAIL, wrapping=("base64",))]

    assert judged("YUBleGFtcGxlLmNvbQ==", policies(raw(allow_test_values=True)), wrapped)


def test_a_test_value_in_a_name_is_one() -> None:
    known = policies(raw(allow_test_values=True))

    assert judged({"a~/b": {"x@example.com": 1}}, known) == {}


@pytest.mark.parametrize(
    ("kind", "text", "is_one"),
    [
        (Kind.CREDIT_CARD, "4242-4242-4242-4242", True),
        (Kind.CREDIT_CARD, "4532015112830366", False),
        (Kind.EMAIL, "A@Sub.Example.ORG", True),
        (Kind.EMAIL, "a@example.com.evil.org", False),
        (Kind.EMAIL, "a@notexample.com", False),
        (Kind.EMAIL, "a@shop.test", True),
        (Kind.US_SSN, "078-05-1120", True),
        (Kind.US_SSN, "078-05-1121", False),
        (Kind.IBAN, "GB82 WEST 1234 5698 7654 32", True),
        (Kind.IPV4, "192.0.2.7", True),
        (Kind.IPV4, "192.0.3.7", False),
        (Kind.IPV6, "2001:db8::1", True),
        (Kind.PHONE, "+1 (212) 555-0142", True),
        (Kind.PHONE, "+1 (212) 555-1142", False),
        (Kind.PERSON_NAME, "John Doe", False),
    ],
)
def test_only_values_that_are_published_for_tests_are_such(kind: Kind, text: str, is_one: bool) -> None:
    assert is_test_value(kind, text) is is_one


def test_a_restricted_event_has_nothing_in_clear_whatever_a_policy_leaves() -> None:
    known = policies(raw(allow_test_values=True, paths=[line("/data/b", "ignore"), line("/data/c", "LOG")]))
    data = {"a": "a@example.com", "b": "jane@acme.org", "c": "jane@acme.org"}

    done = judged(data, known, dataclassification="restricted")

    assert {path: action for path, (_, action, _) in done.items()} == dict.fromkeys(
        ["/data/a", "/data/b", "/data/c"], "ENCRYPT"
    )


def test_an_event_that_says_something_unknown_of_itself_is_refused_though_nothing_is_found() -> None:
    with pytest.raises(ClassificationError):
        judged({"a": 1}, policies(), dataclassification="secret")


def test_a_reason_names_the_line_and_no_value() -> None:
    known = policies(raw("Orders", paths=[line("/data/**", "LOG", "email")]))
    examined = Examined({"a": "jane@acme.org"}, {})

    [one] = judge(examined, [found(end=13)], known, "t", "production", {"dataclassification": "confidential"})

    assert one.because == "path /data/** for email of the policy Orders; but dataclassification is confidential"
