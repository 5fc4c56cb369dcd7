"""What a comparison says as a whole: the verdict, the policies, the budget, and what is no schema."""

import json
from itertools import count
from typing import Any

import pytest

from events.schemas.compatibility.budget import Budget
from events.schemas.compatibility.compare import compare, with_migration
from events.schemas.compatibility.comparison import Severity, Verdict
from events.schemas.documents.errors import SchemaError

Json = Any
OPEN = {"type": "object", "properties": {"id": {"type": "string"}}}
CLOSED = {**OPEN, "additionalProperties": False}
WITH_NOTE = {"type": "object", "properties": {"id": {"type": "string"}, "note": {"type": "string"}}}
CLOSED_WITH_NOTE = {**WITH_NOTE, "additionalProperties": False}


def never(*_: Json) -> bool:
    return False


def always(*_: Json) -> bool:
    return True


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ({"type": "string"}, {"type": "string", "title": "a"}, Verdict.COMPATIBLE),
        ({"type": "integer"}, {"type": "number"}, Verdict.BACKWARD_COMPATIBLE),
        ({"type": "number"}, {"type": "integer"}, Verdict.INCOMPATIBLE),
    ],
)
def test_it_has_a_verdict(old: Json, new: Json, verdict: Verdict) -> None:
    assert compare(old, new, derivable=never).verdict is verdict


def test_it_asks_for_a_migration_where_one_can_be_derived() -> None:
    comparison = compare(OPEN, CLOSED, derivable=always)

    assert comparison.verdict is Verdict.MIGRATION_REQUIRED
    assert Severity.BLOCK not in {change.severity for change in comparison.changes}


def test_a_declared_migration_eases_an_incompatible_verdict_only() -> None:
    incompatible = compare({"type": "number"}, {"type": "integer"}, derivable=never)
    compatible = compare({"type": "integer"}, {"type": "number"})

    eased = with_migration(incompatible)

    assert eased.verdict is Verdict.MIGRATION_REQUIRED
    assert {change.severity for change in eased.changes} == {Severity.ERROR}
    assert with_migration(compatible) == compatible


def test_its_json_names_the_instance_and_why_it_is_refused() -> None:
    said = compare({"type": "object"}, {"type": "object", "required": ["id"]}, derivable=never).as_json()

    assert said["counterexample"] == {
        "instance": {},
        "valid_under": "old",
        "invalid_under": "new",
        "faults": said["counterexample"]["faults"],
    }
    assert [fault["keyword"] for fault in said["counterexample"]["faults"]] == ["required"]
    assert (said["verdict"], said["backward"], said["forward"], said["decided"]) == ("incompatible", False, True, True)
    assert json.loads(json.dumps(said)) == said


def test_it_shows_an_old_event_that_is_refused_before_a_new_one() -> None:
    shown = compare({"type": "string"}, {"type": "integer"}, derivable=never).counterexample

    assert shown is not None
    assert shown.side == "old"


@pytest.mark.parametrize("wrong", [{"type": "text"}, {"$ref": "file:///etc/passwd"}, {"pattern": "(?=a)"}, 7])
def test_it_refuses_what_is_no_schema(wrong: Json) -> None:
    with pytest.raises(SchemaError):
        compare({}, wrong)
    with pytest.raises(SchemaError):
        compare(wrong, {})


def test_strictly_an_open_object_may_have_anything_under_a_new_name() -> None:
    comparison = compare(OPEN, WITH_NOTE, "strict", derivable=never)

    assert not comparison.backward
    assert comparison.counterexample is not None
    assert "note" in comparison.counterexample.instance


@pytest.mark.parametrize(
    ("old", "new", "both"),
    [
        (OPEN, WITH_NOTE, True),
        (CLOSED, CLOSED_WITH_NOTE, True),
        (OPEN, CLOSED, True),
        ({**OPEN, "properties": {"in": CLOSED_WITH_NOTE}}, {"properties": {"in": CLOSED}}, True),
        ({"allOf": [OPEN, WITH_NOTE]}, CLOSED, True),
        ({"oneOf": [CLOSED, {"type": "null"}]}, {"oneOf": [CLOSED_WITH_NOTE, {"type": "null"}]}, True),
    ],
)  # fmt: skip
def test_leniently_unknown_members_are_nothing(old: Json, new: Json, both: bool) -> None:
    comparison = compare(old, new, "lenient", derivable=never)

    assert (comparison.backward, comparison.decided) == (both, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OPEN, {**OPEN, "required": ["id"]}),
        (WITH_NOTE, {"type": "object", "properties": {"note": {"type": "integer"}}}),
        ({"type": "object"}, {"type": "object", "properties": {"id": {"type": "string"}}}),
        ({**OPEN, "additionalProperties": {"type": "integer"}}, WITH_NOTE),
    ],
)
def test_leniently_known_members_still_have_to_fit(old: Json, new: Json) -> None:
    comparison = compare(old, new, "lenient", derivable=never)

    assert not comparison.backward
    assert comparison.counterexample is not None
    assert comparison.counterexample.side == "old"


def hard() -> tuple[Json, Json]:
    """Whether all ways of colouring some members are listed: many must be looked at."""
    names = [f"m{number}" for number in range(12)]
    old = {"type": "object", "properties": {name: {"enum": [0, 1, 2]} for name in names}, "required": names}
    pairs = [(one, other) for index, one in enumerate(names) for other in names[index + 1 :]]
    alike = [
        {"properties": {one: {"const": colour}, other: {"const": colour}}}
        for one, other in pairs
        for colour in (0, 1, 2)
    ]
    return old, {"anyOf": alike}


def test_it_says_that_it_does_not_know_when_the_steps_run_out() -> None:
    old, new = hard()

    comparison = compare(old, new, budget=Budget(nodes=20), derivable=never)

    assert (comparison.backward, comparison.forward, comparison.decided) == (False, False, False)
    assert comparison.verdict is Verdict.INCOMPATIBLE
    assert Severity.BLOCK in {change.severity for change in comparison.changes}


def test_it_says_that_it_does_not_know_when_the_time_runs_out() -> None:
    old, new = hard()
    ticks = count()

    comparison = compare(old, new, budget=Budget(seconds=0.5, clock=lambda: next(ticks)), derivable=never)

    assert not comparison.decided
    assert not comparison.backward


def test_it_gives_the_same_answer_each_time() -> None:
    old, new = {"type": "object", "properties": {"a": {"minimum": 3}, "b": {"minLength": 2}}}, {"minProperties": 1}

    answers = {json.dumps(compare(old, new, derivable=never).as_json()) for _ in range(3)}

    assert len(answers) == 1


def test_deep_schemas_do_not_overflow() -> None:
    old: Json = {"type": "integer"}
    for _ in range(30):
        old = {"type": "object", "properties": {"a": old}}
    new = json.loads(json.dumps(old).replace("integer", "number"))

    comparison = compare(old, new)

    assert (comparison.backward, comparison.forward, comparison.decided) == (True, False, True)


def test_a_chain_of_references_that_is_too_long_is_not_decided() -> None:
    steps = {f"d{number}": {"properties": {"a": {"$ref": f"#/$defs/d{number + 1}"}}} for number in range(2_000)}
    old = {"$ref": "#/$defs/d0", "$defs": {**steps, "d2000": {"type": "integer"}}}
    new = {"$ref": "#/$defs/d0", "$defs": {**steps, "d2000": {"type": "number"}}}

    comparison = compare(old, new, derivable=never)

    assert (comparison.backward, comparison.decided) == (False, False)


def test_a_format_that_only_some_validators_know_is_not_decided() -> None:
    old, new = {"type": "string"}, {"$schema": "http://json-schema.org/draft-07/schema#", "format": "uuid"}

    comparison = compare(old, new, derivable=never)

    assert (comparison.backward, comparison.decided) == (False, False)


def test_a_dynamic_reference_with_several_targets_is_not_decided() -> None:
    leaf = {"$id": "leaf", "$dynamicAnchor": "n", "type": "integer"}
    old = {
        "$id": "http://a.test/",
        "$dynamicAnchor": "n",
        "$defs": {"leaf": leaf},
        "properties": {"a": {"$dynamicRef": "#n"}},
    }

    comparison = compare(old, {"type": "object"}, derivable=never)

    assert not comparison.backward


def test_dependencies_are_not_relied_on_in_a_draft_that_has_none() -> None:
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    old = {**draft, "type": "object", "required": ["a"], "dependencies": {"a": ["b"]}}
    new = {**draft, "type": "object", "required": ["b"]}

    comparison = compare(old, new, derivable=never)

    assert (comparison.backward, comparison.decided) == (False, False)
