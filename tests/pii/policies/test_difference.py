from typing import Any

from events.pii.policies.difference import Change, difference
from tests.pii.policies.made import line, raw


def snapshot(*policies: dict[str, Any]) -> dict[str, Any]:
    return {"format": 1, "policies": list(policies)}


def test_policies_come_go_and_change_and_are_told_apart_by_id_not_by_name() -> None:
    before = snapshot({"id": 1, **raw("old")}, {"id": 2, **raw("stays", default="LOG")})
    after = snapshot({"id": 2, **raw("renamed", default="BLOCK")}, {"id": 3, **raw("old")})

    changes = [(one.name, one.member) for one in difference(before, after)]

    assert changes == [("old", ""), ("renamed", "default"), ("renamed", "name"), ("old", "")]


def test_the_same_differs_in_nothing() -> None:
    one = snapshot({"id": 1, **raw()})

    assert difference(one, one) == difference({"policies": []}, {"policies": []}) == []


def test_it_reads_as_people_would_say_it() -> None:
    paths = [line("/data/a", "LOG", "email"), line("/data/**", "REDACT", "credential", whole=True)]

    change = Change("p", "paths", [], paths)
    whole = Change("p", "", None, {"id": 1, **raw(type_pattern="a.*", environments=["staging"])})

    assert (change.was, change.becomes) == (
        "[]", "/data/a for email: LOG, /data/** for credential: REDACT (all of it)",
    )  # fmt: skip
    assert (whole.was, whole.becomes) == ("", "a.* in staging")
    assert Change("p", "default", None, "LOG").becomes == '"LOG"'
