from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.schemas.documents.document import parse_schema
from events.schemas.evolution.check import check
from events.schemas.evolution.derive import derive

TEXT = {"type": "string"}


def open_(required: str = "", /, **properties: Any) -> Any:
    return {"type": "object", "properties": properties, "required": required.split()}


def closed(required: str = "", /, **properties: Any) -> Any:
    return {**open_(required, **properties), "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "default": 3}, 3),
        ({"const": "v2"}, "v2"),
        ({"enum": ["only"]}, "only"),
        ({"type": ["object", "null"], "default": None}, None),
    ],
)
def test_a_member_that_becomes_required_gets_the_value_its_schema_names(schema: Any, value: Any) -> None:
    steps = derive(open_(a=TEXT), open_("b", a=TEXT, b=schema))

    assert steps == [{"op": "set_default", "path": "/b", "value": value}]


def test_a_member_that_was_optional_is_filled_too() -> None:
    assert derive(closed(a=TEXT), closed("a", a={"type": "string", "default": ""})) == [
        {"op": "set_default", "path": "/a", "value": ""}
    ]


def test_a_member_that_is_no_longer_allowed_is_removed() -> None:
    assert derive(closed("a b", a=TEXT, b=TEXT), closed("a", a=TEXT)) == [{"op": "remove", "path": "/b"}]


def test_members_of_objects_items_and_references_are_looked_at() -> None:
    items = {"l/s": {"type": "array", "items": {"$ref": "#/$defs/i"}}}
    old = closed("", o=closed(x=TEXT), **items)
    new = closed("", o=closed(), **items)
    filled = {"type": "integer", "default": 0}

    steps = derive({**old, "$defs": {"i": closed(y=TEXT)}}, {**new, "$defs": {"i": closed("n", y=TEXT, n=filled)}})

    assert steps == [
        {"op": "remove", "path": "/o/x"},
        {"op": "set_default", "path": "/l~1s/*/n", "value": 0},
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (open_(a=TEXT), open_("b", a=TEXT, b=TEXT)),
        (open_(a={"type": "integer"}), open_(a=TEXT)),
        (open_(a=TEXT), open_(a={"type": "integer"})),
        (open_(a={"enum": ["A"]}), open_(a={"enum": ["a"]})),
        (closed("a", a=TEXT), closed("b", b=TEXT)),
        (open_(a=TEXT, b=TEXT), closed(a=TEXT)),
        (open_(a=TEXT), open_(a=TEXT)),
        (open_(a={"type": "integer"}), open_(a={"type": "number"})),
        (open_(), open_("b", b={"type": "string", "default": 3})),
        ({**closed(a=TEXT, b=TEXT), "dependentRequired": {"a": ["b"]}}, closed(a=TEXT)),
        ({**open_(a=TEXT), "maxProperties": 1}, {**open_("b", b={"const": 1}), "maxProperties": 1}),
        ({"type": "object", "allOf": [closed(a=TEXT)]}, closed()),
        ({"type": "string"}, open_("a", a={"const": 1})),
        (True, closed()),
        ({"type": "nothing"}, closed()),
    ],
    ids=range(15),
)
def test_what_does_not_follow_is_not_guessed(old: Any, new: Any) -> None:
    assert derive(old, new) is None


def test_a_member_called_like_every_item_is_left_alone() -> None:
    assert derive(closed("", **{"*": TEXT}), closed()) is None


def test_a_recursive_schema_has_an_end() -> None:
    old = {"$ref": "#/$defs/n", "$defs": {"n": closed(kid={"$ref": "#/$defs/n"})}}
    new = {"$ref": "#/$defs/n", "$defs": {"n": closed("v", kid={"$ref": "#/$defs/n"}, v={"const": 1})}}

    assert derive(old, new) is None


def test_references_that_multiply_have_an_end() -> None:
    def tree(leaf: Any) -> Any:
        pairs = {f"a{n}": closed(l={"$ref": f"#/$defs/a{n + 1}"}, r={"$ref": f"#/$defs/a{n + 1}"}) for n in range(24)}
        return {"$ref": "#/$defs/a0", "$defs": {**pairs, "a24": leaf}}

    assert derive(tree(closed(x=TEXT)), tree(closed())) is None


MEMBERS = st.dictionaries(
    st.sampled_from("abcd"),
    st.sampled_from([TEXT, {"type": "integer", "default": 1}, {"const": 1}, {"enum": ["x"]}, closed(z=TEXT), closed()]),
)
OBJECTS = st.builds(
    lambda members, required, shut: {
        "type": "object",
        "properties": members,
        "required": sorted(set(required) & set(members)),
        "additionalProperties": not shut,
    },
    MEMBERS,
    st.lists(st.sampled_from("abcd")),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(OBJECTS, OBJECTS)
def test_what_is_derived_always_checks(old: Any, new: Any) -> None:
    steps = derive(old, new)

    assert steps != []
    assert steps is None or check(steps, parse_schema(old), parse_schema(new)) == []
