"""The decision: which line of which policy holds, and that there always is exactly one answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.pii.detection import Kind
from events.pii.policies.action import DEFAULTS, Action, Environment, environment_of
from events.pii.policies.decide import IDENTITY, NO_POLICIES, Decided, PolicySet, decide, raised
from events.pii.policies.errors import PolicyError
from events.pii.policies.policy import ACTIONS, ENVIRONMENTS, KINDS, PATH_ACTIONS
from tests.pii.policies.made import found, line, policies, raw

TYPE = "com.example.order.placed"
PATHS = ["/data/**", "/data/*", "/data/a", "/data/a/*", "/data/*/b", "/**/b", "/subject", "/*", "/data"]
POINTERS = ["/data", "/data/a", "/data/a/b", "/data/c/b", "/subject", "/id", "/type", "/tenant"]


def action(finding: Any, *listed: dict[str, Any], environment: str | None = "production") -> str | None:
    return decide(finding, TYPE, environment, policies(*listed)).action


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ("development", "LOG"),
        ("staging", "ANONYMIZE"),
        ("production", "ENCRYPT"),
        (None, "ENCRYPT"),
        ("", "ENCRYPT"),
        ("prd", "ENCRYPT"),
        ("PRODUCTION", "ENCRYPT"),
        ("Development", "ENCRYPT"),
        ("development ", "ENCRYPT"),
    ],
)
def test_without_a_policy_the_environment_decides_and_an_unknown_one_is_production(
    environment: str | None, wanted: str
) -> None:
    """H36."""
    assert decide(found(), TYPE, environment, NO_POLICIES).action == wanted


def test_a_path_comes_before_a_kind_before_the_default_before_the_environment() -> None:
    whole = raw(kinds={"email": "REDACT"}, default="ANONYMIZE", paths=[line("/data/a", "LOG")])

    assert action(found("/data/a"), whole) == "LOG"
    assert action(found("/data/b"), whole) == "REDACT"
    assert action(found("/data/b", Kind.PHONE), whole) == "ANONYMIZE"
    assert action(found("/data/b", Kind.PHONE), {**whole, "default": None}) == "ENCRYPT"


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (line("/data/a/b", "LOG"), line("/data/a/*", "BLOCK")),
        (line("/data/a/*", "LOG"), line("/data/**", "BLOCK")),
        (line("/data/*/b", "LOG"), line("/data/**", "BLOCK")),
        (line("/data/*/b", "LOG"), line("/data/**/b", "BLOCK")),
        (line("/data/**/b", "LOG"), line("/data/*/*", "BLOCK")),
        (line("/data/a/b", "LOG", "email"), line("/data/a/b", "BLOCK")),
        (line("/data/*/*", "LOG"), line("/**", "BLOCK")),
    ],
)
def test_of_the_lines_that_fit_the_most_specific_decides_in_whatever_order_they_are(narrow: Any, wide: Any) -> None:
    finding = found("/data/a/b")

    assert action(finding, raw(paths=[narrow, wide])) == action(finding, raw(paths=[wide, narrow])) == "LOG"


def test_of_two_lines_that_are_as_specific_the_first_decides() -> None:
    first, second = line("/data/*/b", "LOG"), line("/data/a/*", "BLOCK")

    assert action(found("/data/a/b"), raw(paths=[first, second])) == "LOG"
    assert action(found("/data/a/b"), raw(paths=[second, first])) == "BLOCK"


def test_a_line_for_another_kind_is_none() -> None:
    policy = raw(paths=[line("/data/a", "BLOCK", "phone")])

    assert action(found("/data/a"), policy) == "ENCRYPT"
    assert action(found("/data/a", Kind.PHONE), policy) == "BLOCK"


def test_only_the_first_policy_that_fits_an_event_decides() -> None:
    for_others = raw("others", type_pattern="com.other.*", default="BLOCK")
    elsewhere = raw("elsewhere", environments=["staging"], default="BLOCK")
    first, second = raw("first", kinds={"phone": "LOG"}), raw("second", default="BLOCK")

    decided = decide(found(kind=Kind.PHONE), TYPE, "production", policies(for_others, elsewhere, first, second))

    assert decided == Decided(Action.LOG, "kind phone of the policy first")
    assert action(found(), for_others, elsewhere, first, second) == "ENCRYPT"


def test_what_is_ignored_is_not_personal_there_but_what_it_stands_for_may_be() -> None:
    policy = raw(paths=[line("/data/a", "ignore", "url_credentials")])

    assert action(found(kind=Kind.URL_CREDENTIALS), policy) is None
    assert action(found(kind=Kind.URL_CREDENTIALS, also=(Kind.EMAIL,)), policy) == "ENCRYPT"


def test_a_finding_that_stands_for_others_goes_the_way_of_the_strictest() -> None:
    policy = raw(kinds={"url_credentials": "LOG", "email": "BLOCK", "phone": "REDACT"})

    assert action(found(kind=Kind.URL_CREDENTIALS, also=(Kind.PHONE, Kind.EMAIL)), policy) == "BLOCK"


@pytest.mark.parametrize("asked", ["ENCRYPT", "REDACT", "ANONYMIZE"])
@pytest.mark.parametrize("path", sorted(IDENTITY))
def test_what_identifies_an_event_gets_a_pseudonym_and_a_type_with_personal_data_is_blocked(
    path: str, asked: str
) -> None:
    """H38."""
    assert action(found(path), raw(default=asked)) == "ANONYMIZE"
    assert action(found("/type"), raw(default=asked)) == "BLOCK"


@pytest.mark.parametrize("asked", ["LOG", "BLOCK"])
def test_what_identifies_an_event_is_blocked_or_left_where_a_policy_says_so(asked: str) -> None:
    assert action(found("/id"), raw(default=asked)) == asked
    assert action(found("/type"), raw(default=asked)) == asked


def test_without_a_type_the_strictest_policy_of_the_environment_decides() -> None:
    mild = raw("mild", type_pattern="a.*", default="LOG", paths=[line("/data/**", "ignore")], allow_test_values=True)
    strict, elsewhere = raw("strict", type_pattern="b.*", default="BLOCK"), raw("e", environments=["staging"])
    known = policies(mild, strict, elsewhere)

    assert decide(found(), None, "production", known).action == "BLOCK"
    assert decide(found(), None, "production", policies(mild)).action == "ENCRYPT"
    assert not known.decider(None, "production").allows_test_values
    assert decide(found(), None, "production", policies(raw(default="LOG"), strict)).action == "LOG"


@pytest.mark.parametrize(
    ("decided", "minimum", "wanted"),
    [
        ("LOG", "LOG", "LOG"),
        ("LOG", "ANONYMIZE", "ANONYMIZE"),
        ("REDACT", "ENCRYPT", "REDACT"),
        ("ANONYMIZE", "ENCRYPT", "ANONYMIZE"),
        ("BLOCK", "ENCRYPT", "BLOCK"),
        (None, "ANONYMIZE", None),
        (None, "ENCRYPT", "ENCRYPT"),
    ],
)
def test_a_minimum_leaves_nothing_in_clear_and_what_is_hidden_as_it_is(
    decided: str | None, minimum: str, wanted: str | None
) -> None:
    before = Decided(None if decided is None else Action(decided), "so")

    assert raised(before, Action(minimum), "why").action == wanted


@pytest.mark.parametrize("format_", [None, 0, 2, "1", True])
def test_a_snapshot_of_another_format_is_refused(format_: Any) -> None:
    with pytest.raises(PolicyError, match="format 1 only"):
        PolicySet.compile({"format": format_, "policies": []})


def test_what_is_wrong_in_a_snapshot_is_told_with_its_place() -> None:
    with pytest.raises(PolicyError) as refused:
        policies(raw(), raw(default="X"), raw(kinds={"x": "LOG"}))

    assert [place for place, _ in refused.value.faults] == ["/policies/1/default", "/policies/2/kinds/x"]


def test_types_that_nobody_knows_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.pii.policies.decide.MAX_KNOWN", 10)
    known = policies(raw())

    for number in range(100):
        known.decider(f"t{number}", "production")

    assert len(known._known) <= 10
    assert known.decider("t99", "production") is known.decider("t99", "production")


LINES = st.builds(line, st.sampled_from(PATHS), st.sampled_from(PATH_ACTIONS), st.none() | st.sampled_from(KINDS))
POLICIES = st.builds(
    raw,
    st.text("ab", min_size=1),
    type_pattern=st.sampled_from(["*", "com.*", "org.*"]),
    environments=st.lists(st.sampled_from(ENVIRONMENTS), unique=True),
    kinds=st.dictionaries(st.sampled_from(KINDS), st.sampled_from(ACTIONS)),
    paths=st.lists(LINES, max_size=6),
    default=st.none() | st.sampled_from(ACTIONS),
)
FINDINGS = st.builds(found, st.sampled_from(POINTERS), st.sampled_from(Kind), also=st.just(()))
TYPES = st.none() | st.sampled_from([TYPE, "org.x", ""])
PLACES = st.none() | st.sampled_from([*ENVIRONMENTS, "qa"])


@given(st.lists(POLICIES, max_size=4), FINDINGS, TYPES, PLACES)
def test_there_is_always_one_answer_and_always_the_same(
    listed: list[dict[str, Any]], finding: Any, event_type: str | None, environment: str | None
) -> None:
    known = policies(*listed)

    decided = decide(finding, event_type, environment, known)

    assert decided.because
    assert decided == decide(finding, event_type, environment, known)
    assert decided == decide(finding, event_type, environment, policies(*listed))


@given(POLICIES, FINDINGS, PLACES)
def test_a_policy_alone_never_decides_what_none_of_its_lines_nor_the_environment_says(
    policy: dict[str, Any], finding: Any, environment: str | None
) -> None:
    said = {*policy["kinds"].values(), policy["default"], *(one["action"] for one in policy["paths"])}
    allowed = said | {DEFAULTS[environment_of(environment)], "ANONYMIZE", "BLOCK"}

    decided = decide(finding, TYPE, environment, policies(policy))

    assert (decided.action or "ignore") in allowed


@given(st.lists(POLICIES, max_size=4), FINDINGS, st.sampled_from(Environment))
def test_no_type_is_decided_more_strictly_than_an_unknown_one(
    listed: list[dict[str, Any]], finding: Any, environment: Environment
) -> None:
    known = policies(*listed)

    strictest = decide(finding, None, environment.value, known).action
    one = decide(finding, TYPE, environment.value, known).action

    assert one is None or (strictest is not None and strictest.rank >= one.rank)
