"""No instance refutes a "compatible", whatever the schemas; and every counterexample is one."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from events.schemas.compatibility.budget import Budget
from events.schemas.compatibility.compare import compare
from events.schemas.compatibility.comparison import Severity
from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.documents.validator import Validator, compile_validator
from tests.schemas.compatibility.generated import NAMES, SCALARS, pairs, schemas, values

Json = Any
# Of every length and number of members, beside what Hypothesis draws.
COMMON = [
    *SCALARS,
    *([scalar] * size for scalar in SCALARS for size in range(1, 4)),
    *([one, other] for one in SCALARS for other in SCALARS),
    *({name: scalar} for name in NAMES for scalar in SCALARS),
    *(dict.fromkeys(NAMES[:size], scalar) for scalar in SCALARS for size in range(5)),
]
suite = settings(max_examples=120, derandomize=True)


def validators(*drawn: Json) -> list[Validator]:
    try:
        return [compile_validator(parse_schema(schema)) for schema in drawn]
    except SchemaError:
        # Such as an enum with a value twice.
        assume(False)
        raise


@suite
@given(pair=pairs(), drawn=st.lists(values, max_size=12))
def test_no_instance_refutes_what_it_says(pair: tuple[Json, Json], drawn: list[Json]) -> None:
    old, new = validators(*pair)

    comparison = compare(*pair, derivable=lambda *_: False)

    for value in (*COMMON, *drawn):
        if comparison.backward:
            assert not old.is_valid(value) or new.is_valid(value)
        if comparison.forward:
            assert not new.is_valid(value) or old.is_valid(value)


@suite
@given(pair=pairs(), nodes=st.integers(1, 60))
def test_no_instance_refutes_what_it_says_on_a_small_budget(pair: tuple[Json, Json], nodes: int) -> None:
    old, new = validators(*pair)

    comparison = compare(*pair, budget=Budget(nodes=nodes), derivable=lambda *_: False)

    assert not comparison.backward or not [x for x in COMMON if old.is_valid(x) and not new.is_valid(x)]
    assert not comparison.forward or not [x for x in COMMON if new.is_valid(x) and not old.is_valid(x)]


@suite
@given(pair=pairs())
def test_a_counterexample_is_one(pair: tuple[Json, Json]) -> None:
    old, new = validators(*pair)

    comparison = compare(*pair, derivable=lambda *_: False)

    shown = comparison.counterexample
    assert shown is not None or not comparison.decided or (comparison.backward and comparison.forward)
    if shown is not None:
        assert (old.is_valid(shown.instance), new.is_valid(shown.instance)) == (
            shown.side == "old",
            shown.side == "new",
        )


@suite
@given(pair=pairs())
def test_the_severities_agree_with_the_verdict(pair: tuple[Json, Json]) -> None:
    validators(*pair)

    comparison = compare(*pair, derivable=lambda *_: False)

    severities = {change.severity for change in comparison.changes}
    assert (Severity.BLOCK in severities) is not comparison.backward
    assert not (comparison.backward and comparison.forward) or severities <= {Severity.INFO}


@suite
@given(pair=pairs())
def test_turned_round_it_says_the_same_turned_round(pair: tuple[Json, Json]) -> None:
    validators(*pair)

    one = compare(*pair, derivable=lambda *_: False)
    other = compare(*reversed(pair), derivable=lambda *_: False)

    assert (one.backward, one.forward) == (other.forward, other.backward)


@suite
@given(schema=schemas(modern=True), more=schemas(modern=True))
def test_what_both_ask_for_is_within_each(schema: Json, more: Json) -> None:
    both = {"allOf": [schema, more]}
    either = {"anyOf": [schema, more]}
    validators(both, schema, either)

    within = compare(both, schema, derivable=lambda *_: False)
    around = compare(schema, either, derivable=lambda *_: False)

    assert (within.backward, around.backward) == (True, True)


@suite
@given(schema=schemas(modern=True))
def test_nothing_is_both_a_schema_and_not_that(schema: Json) -> None:
    never, always = {"allOf": [schema, {"not": schema}]}, {"anyOf": [schema, {"not": schema}]}
    validators(never, always)

    assert compare(never, False, derivable=lambda *_: False).backward
    assert compare(True, always, derivable=lambda *_: False).backward
