"""The lenient policy is the strict one of a writer that is closed and a reader that is open."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.schemas.compatibility.compare import compare
from tests.schemas.compatibility.generated import names

Json = Any
scalars = st.sampled_from([{"type": "integer"}, {"type": "number"}, {"type": "string"}, {"enum": [1, "a"]}])


def objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    members = st.dictionaries(names, inner, min_size=1, max_size=3)
    others = {"additionalProperties": st.just(False) | inner, "required": st.lists(names, max_size=2, unique=True)}
    return st.fixed_dictionaries({"type": st.just("object"), "properties": members}, optional=others)


def arrays(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return st.builds(lambda items: {"type": "array", "items": items}, inner)


plain = st.recursive(scalars, lambda inner: objects(inner) | arrays(inner), max_leaves=6)


def closed(schema: Json) -> Json:
    """As a writer is taken to write."""
    inside = _inside(schema, closed)
    return {"additionalProperties": False, **inside} if "properties" in schema else inside


def opened(schema: Json) -> Json:
    """As a reader is taken to read."""
    inside = _inside(schema, opened)
    return {key: value for key, value in inside.items() if key != "additionalProperties" or value is not False}


def _inside(schema: Json, change: Any) -> Json:
    changed = dict(schema)
    if "properties" in schema:
        changed["properties"] = {name: change(inner) for name, inner in schema["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            changed[keyword] = change(schema[keyword])
    return changed


@settings(max_examples=150, derandomize=True)
@given(old=plain, new=plain)
def test_it_says_what_the_strict_policy_says_of_closed_and_open_schemas(old: Json, new: Json) -> None:
    lenient = compare(old, new, "lenient", derivable=lambda *_: False)

    strict = compare(closed(old), opened(new), derivable=lambda *_: False)

    assert lenient.backward is strict.backward
    assert lenient.decided


@settings(max_examples=60, derandomize=True)
@given(schema=plain)
def test_a_schema_reads_what_it_writes(schema: Json) -> None:
    renamed = {**schema, "title": "the same"}

    comparison = compare(schema, renamed, "lenient", derivable=lambda *_: False)

    assert (comparison.backward, comparison.forward) == (True, True)
