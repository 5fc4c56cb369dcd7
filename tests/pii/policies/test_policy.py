from typing import Any

import pytest

from events.pii.policies.errors import PolicyError
from events.pii.policies.policy import KINDS, MAX_PATHS, parse_policy
from tests.pii.policies.made import line, raw


def faults(policy: Any) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        parse_policy(policy)
    return [place for place, _ in refused.value.faults]


@pytest.mark.parametrize(
    ("member", "value", "place"),
    [
        ("name", None, "/name"),
        ("type_pattern", "", "/type_pattern"),
        ("type_pattern", "x" * 256, "/type_pattern"),
        ("type_pattern", 7, "/type_pattern"),
        ("environments", "production", "/environments"),
        ("environments", ["prd"], "/environments/0"),
        ("environments", ["staging", "staging"], "/environments/1"),
        ("kinds", ["email"], "/kinds"),
        ("kinds", {"e-mail": "LOG"}, "/kinds/e-mail"),
        ("kinds", {"email": "encrypt"}, "/kinds/email"),
        ("kinds", {"email": None}, "/kinds/email"),
        ("kinds", {"email": "ignore"}, "/kinds/email"),
        ("default", "NONE", "/default"),
        ("default", [], "/default"),
        ("allow_test_values", 1, "/allow_test_values"),
        ("paths", {}, "/paths"),
        ("paths", [line("/data/a", "LOG")] * (MAX_PATHS + 1), "/paths"),
        ("paths", ["/data/a"], "/paths/0"),
        ("paths", [{"path": "/data/a"}], "/paths/0/action"),
        ("paths", [{"path": 7, "action": "LOG"}], "/paths/0/path"),
        ("paths", [line("/data/a", "Ignore")], "/paths/0/action"),
        ("paths", [line("/data/a", "LOG", "mail")], "/paths/0/kind"),
        ("paths", [{**line("/data/a", "LOG"), "kinds": []}], "/paths/0/kinds"),
        ("paths", [{**line("/data/a", "LOG"), "whole": "yes"}], "/paths/0/whole"),
        ("paths", [line("/data/a", "LOG", whole=True)], "/paths/0/whole"),
        ("paths", [line("/data/a", "ignore", "email", whole=True)], "/paths/0/whole"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_place(member: str, value: Any, place: str) -> None:
    assert faults(raw(**{member: value})) == [place]


def test_every_fault_is_told_at_once() -> None:
    policy = raw(kinds={"mail": "X"}, environments=[1], paths=[line("a", "b")], default=0)

    assert faults(policy) == [
        "/environments/0", "/kinds/mail", "/kinds/mail", "/paths/0/path", "/paths/0/action", "/default",
    ]  # fmt: skip


@pytest.mark.parametrize("policy", [None, [], "p", {}])
def test_what_is_no_policy_at_all_is_refused(policy: Any) -> None:
    assert faults(policy)


def test_a_policy_is_for_the_types_and_environments_that_it_names() -> None:
    from events.pii.policies.action import Environment

    policy = parse_policy(
        raw(type_pattern="com.example.*", environments=["staging"], kinds=dict.fromkeys(KINDS, "LOG"))
    )

    assert policy.is_for("com.example.made", Environment.STAGING)
    assert not policy.is_for("com.example.made", Environment.PRODUCTION)
    assert not policy.is_for("org.example.made", Environment.STAGING)
