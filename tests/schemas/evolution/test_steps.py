import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.documents.errors import SchemaError
from events.schemas.evolution.errors import MigrationError
from events.schemas.evolution.steps import MAX_STEPS, parse_steps

MARK = "MARKER-4711"


def migrated(data: Any, *steps: dict[str, Any]) -> Any:
    return parse_steps(list(steps)).apply(data)


def refused(data: Any, *steps: dict[str, Any]) -> MigrationError:
    with pytest.raises(MigrationError) as raised:
        migrated(data, *steps)
    return raised.value


class TestMembers:
    def test_a_default_is_set_only_where_the_member_is_missing(self) -> None:
        step = {"op": "set_default", "path": "/a/b", "value": 1}

        assert migrated({"a": {}}, step) == {"a": {"b": 1}}
        assert migrated({"a": {"b": None}}, step) == {"a": {"b": None}}

    @pytest.mark.parametrize("data", [{}, {"a": None}, None])
    @pytest.mark.parametrize("op", ["set_default", "constant"])
    def test_nothing_is_set_where_the_object_is_missing(self, op: str, data: Any) -> None:
        assert migrated(data, {"op": op, "path": "/a/b", "value": 1}) == data

    def test_a_constant_is_set_whatever_was_there(self) -> None:
        assert migrated({"v": 1}, {"op": "constant", "path": "/v", "value": "2"}) == {"v": "2"}

    def test_what_is_set_is_no_part_of_the_migration(self) -> None:
        migration = parse_steps([{"op": "set_default", "path": "/a", "value": {"b": []}}])
        migration.apply({})["a"]["b"].append(1)

        assert migration.apply({}) == {"a": {"b": []}}

    def test_a_renamed_member_keeps_its_value_and_its_turn(self) -> None:
        data = migrated({"a": 1, "b": 2, "c": 3}, {"op": "rename", "path": "/b", "to": "x"})

        assert list(data.items()) == [("a", 1), ("x", 2), ("c", 3)]

    def test_a_rename_onto_another_member_is_an_error_unless_it_may_overwrite(self) -> None:
        step = {"op": "rename", "path": "/a", "to": "b"}
        error = refused({"a": 1, "b": 2}, step)

        assert (error.place, error.code, error.step) == ("/b", "exists", 0)
        assert migrated({"a": 1, "b": 2}, {**step, "overwrite": True}) == {"b": 1}

    def test_a_member_that_is_missing_is_neither_renamed_nor_moved_nor_removed(self) -> None:
        steps = [
            {"op": "rename", "path": "/x", "to": "y"},
            {"op": "move", "path": "/x", "to": "/z/y"},
            {"op": "remove", "path": "/x"},
        ]

        assert migrated({"y": 1}, *steps) == {"y": 1}

    def test_a_moved_member_gets_the_objects_on_its_way(self) -> None:
        step = {"op": "move", "path": "/a/b", "to": "/c/d/e"}

        assert migrated({"a": {"b": 1, "k": 2}, "c": {"m": 3}}, step) == {"a": {"k": 2}, "c": {"m": 3, "d": {"e": 1}}}

    def test_a_move_onto_another_member_or_into_a_text_is_an_error(self) -> None:
        assert refused({"a": 1, "b": {"c": 2}}, {"op": "move", "path": "/a", "to": "/b/c"}).code == "exists"
        assert refused({"a": 1, "b": "text"}, {"op": "move", "path": "/a", "to": "/b/c"}).place == "/b"

    def test_a_member_may_move_out_of_its_own_object(self) -> None:
        assert migrated({"a": {"a": 1}}, {"op": "move", "path": "/a/a", "to": "/b"}) == {"a": {}, "b": 1}

    def test_a_member_is_removed(self) -> None:
        assert migrated({"a": {"b/c": 1, "d": 2}}, {"op": "remove", "path": "/a/b~1c"}) == {"a": {"d": 2}}


class TestItems:
    DATA = {"items": [{"price": "3", "n": 1}, {"n": 2}, {"price": "5"}]}

    @pytest.mark.parametrize(
        ("step", "expected"),
        [
            ({"op": "cast", "path": "/items/*/price", "to": "integer"}, [{"price": 3, "n": 1}, {"n": 2}, {"price": 5}]),
            ({"op": "remove", "path": "/items/*/price"}, [{"n": 1}, {"n": 2}, {}]),
            (
                {"op": "move", "path": "/items/*/price", "to": "/items/*/cost/all"},
                [{"n": 1, "cost": {"all": "3"}}, {"n": 2}, {"cost": {"all": "5"}}],
            ),
        ],
    )
    def test_a_step_works_on_each(self, step: dict[str, Any], expected: Any) -> None:
        assert migrated(self.DATA, step) == {"items": expected}

    def test_items_themselves_can_be_changed(self) -> None:
        assert migrated([["1"], ["2", "3"]], {"op": "cast", "path": "/*/*", "to": "integer"}) == [[1], [2, 3]]

    def test_what_is_no_array_is_an_error_with_its_place(self) -> None:
        error = refused({"items": {"a": 1}}, {"op": "remove", "path": "/items/*/price"})

        assert (error.place, error.code) == ("/items", "no-array")

    def test_the_place_of_an_error_has_the_index(self) -> None:
        error = refused({"items": [{"p": "1"}, {"p": MARK}]}, {"op": "cast", "path": "/items/*/p", "to": "integer"})

        assert error.place == "/items/1/p"
        assert MARK not in str(error)

    def test_what_is_added_is_bounded(self) -> None:
        error = refused([{}] * 100_000, {"op": "constant", "path": "/*/a", "value": "x" * 10_000})

        assert error.code == "too-large"


class TestCasts:
    @pytest.mark.parametrize(
        ("to", "value", "expected"),
        [
            ("string", 3, "3"),
            ("string", 3.0, "3"),
            ("string", -0.5, "-0.5"),
            ("string", True, "true"),
            ("string", "a", "a"),
            ("integer", "-12", -12),
            ("integer", 4.0, 4),
            ("integer", 2**62, 2**62),
            ("number", "1.5", 1.5),
            ("number", "12", 12),
            ("number", "1e3", 1000.0),
            ("number", 7, 7),
            ("boolean", "false", False),
            ("boolean", True, True),
            ("integer", None, None),
        ],
    )
    def test_a_value_with_an_exact_counterpart_is_cast(self, to: str, value: Any, expected: Any) -> None:
        made = migrated({"a": value}, {"op": "cast", "path": "/a", "to": to})["a"]

        assert made == expected
        assert type(made) is type(expected)

    @pytest.mark.parametrize(
        ("to", "value"),
        [
            ("string", []),
            ("string", {}),
            ("string", 2**70),
            ("string", float("inf")),
            ("integer", "1.0"),
            ("integer", " 1"),
            ("integer", "01"),
            ("integer", "+1"),
            ("integer", "\u0661"),
            ("integer", "9" * 19),
            ("integer", "1" * 5_000),
            ("integer", 1.5),
            ("integer", 1e300),
            ("integer", True),
            ("number", "NaN"),
            ("number", "1e999"),
            ("number", ".5"),
            ("number", "0.10000000000000000000001"),
            ("number", "1" * 5_000),
            ("number", False),
            ("boolean", "True"),
            ("boolean", 1),
            ("boolean", ""),
        ],
    )
    def test_one_without_is_an_error(self, to: str, value: Any) -> None:
        assert refused({"a": value}, {"op": "cast", "path": "/a", "to": to}).code == "no-cast"

    @given(st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False))
    def test_what_becomes_a_string_comes_back_the_same(self, value: Any) -> None:
        back = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "number"
        steps = ({"op": "cast", "path": "/a", "to": "string"}, {"op": "cast", "path": "/a", "to": back})

        assert migrated({"a": value}, *steps) == {"a": value}


class TestContents:
    def test_values_are_mapped_and_others_stay(self) -> None:
        step = {"op": "map_values", "path": "/*", "values": {"A": "a", "B": None}}

        assert migrated(["A", "B", "C", 3, ["A"]], step) == ["a", None, "C", 3, ["A"]]

    def test_others_become_what_is_said(self) -> None:
        step = {"op": "map_values", "path": "/*", "values": {"A": "a"}, "otherwise": "other"}

        assert migrated(["A", "C", None], step) == ["a", "other", "other"]

    def test_a_text_is_split_into_members_and_joined_again(self) -> None:
        split = {"op": "split", "path": "/name", "separator": " ", "into": ["first", "last"]}
        join = {"op": "join", "path": "/name", "from": ["first", "last"], "separator": " "}
        data = {"name": "Ada King Lovelace", "n": 1}

        parts = migrated(data, split)

        assert parts == {"first": "Ada", "last": "King Lovelace", "n": 1}
        assert migrated(parts, join) == data

    @pytest.mark.parametrize(
        ("data", "code"),
        [({"a": "one"}, "too-few-parts"), ({"a": 3}, "no-string"), ({"a": "x y", "c": 1}, "exists")],
    )
    def test_what_cannot_be_split_is_an_error(self, data: Any, code: str) -> None:
        assert refused(data, {"op": "split", "path": "/a", "separator": " ", "into": ["b", "c"]}).code == code

    @pytest.mark.parametrize(
        ("data", "code"),
        [({"b": "x"}, "no-string"), ({"b": "x", "c": 3}, "no-string"), ({"a": 1, "b": "x", "c": "y"}, "exists")],
    )
    def test_what_cannot_be_joined_is_an_error(self, data: Any, code: str) -> None:
        assert refused(data, {"op": "join", "path": "/a", "separator": "", "from": ["b", "c"]}).code == code

    def test_where_no_part_is_there_nothing_is_joined(self) -> None:
        assert migrated({"a": 1}, {"op": "join", "path": "/a", "separator": "", "from": ["b", "c"]}) == {"a": 1}


class TestParsing:
    @pytest.mark.parametrize(
        ("step", "place"),
        [
            (3, "/0"),
            ({}, "/0/op"),
            ({"op": "drop"}, "/0/op"),
            ({"op": ["remove"]}, "/0/op"),
            ({"op": "remove"}, "/0"),
            ({"op": "remove", "path": "a"}, "/0/path"),
            ({"op": "remove", "path": ""}, "/0/path"),
            ({"op": "remove", "path": 3}, "/0/path"),
            ({"op": "remove", "path": "/a/*"}, "/0/path"),
            ({"op": "remove", "path": "/a~x"}, "/0/path"),
            ({"op": "remove", "path": "/a" * 33}, "/0/path"),
            ({"op": "remove", "path": "/a", "extra": 1}, "/0/extra"),
            ({"op": "set_default", "path": "/a"}, "/0"),
            ({"op": "rename", "path": "/a", "to": ""}, "/0/to"),
            ({"op": "rename", "path": "/a", "to": "b", "overwrite": 1}, "/0/overwrite"),
            ({"op": "move", "path": "/a/*/b", "to": "/c"}, "/0/to"),
            ({"op": "move", "path": "/a", "to": "/a/b"}, "/0/to"),
            ({"op": "cast", "path": "/a", "to": "date"}, "/0/to"),
            ({"op": "map_values", "path": "/a", "values": []}, "/0/values"),
            ({"op": "split", "path": "/a", "separator": "", "into": ["b", "c"]}, "/0/separator"),
            ({"op": "split", "path": "/a", "separator": " ", "into": ["b", "b"]}, "/0/into"),
            ({"op": "join", "path": "/a", "separator": " ", "from": [1, 2]}, "/0/from"),
        ],
    )
    def test_it_refuses_a_step_with_its_place(self, step: Any, place: str) -> None:
        with pytest.raises(SchemaError) as raised:
            parse_steps([step])

        assert [problem.place for problem in raised.value.problems] == [place]

    def test_it_says_the_problems_of_every_step(self) -> None:
        with pytest.raises(SchemaError) as raised:
            parse_steps([{"op": "x"}, {"op": "remove", "path": "/a"}, 3])

        assert [problem.place for problem in raised.value.problems] == ["/0/op", "/2"]

    @pytest.mark.parametrize("steps", [{}, None, "remove", [{"op": "remove", "path": "/a"}] * (MAX_STEPS + 1)])
    def test_it_takes_only_a_list_of_bounded_length(self, steps: Any) -> None:
        with pytest.raises(SchemaError):
            parse_steps(steps)

    def test_no_steps_change_nothing(self) -> None:
        assert migrated({"a": 1}) == {"a": 1}


NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["1", "x y", "true"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner),
    max_leaves=15,
)
PATHS = st.lists(st.sampled_from(["a", "b", "*"]), min_size=1, max_size=3).map(lambda tokens: "/" + "/".join(tokens))
STEPS = st.one_of(
    st.fixed_dictionaries({"op": st.sampled_from(["set_default", "constant"]), "path": PATHS, "value": VALUES}),
    st.fixed_dictionaries({"op": st.just("rename"), "path": PATHS, "to": NAMES, "overwrite": st.booleans()}),
    st.fixed_dictionaries({"op": st.just("move"), "path": PATHS, "to": PATHS, "overwrite": st.booleans()}),
    st.fixed_dictionaries({"op": st.just("remove"), "path": PATHS}),
    st.fixed_dictionaries(
        {"op": st.just("cast"), "path": PATHS, "to": st.sampled_from(["string", "integer", "number", "boolean"])}
    ),
    st.fixed_dictionaries(
        {"op": st.just("map_values"), "path": PATHS, "values": st.dictionaries(st.text(), VALUES, min_size=1)},
        optional={"otherwise": VALUES},
    ),
    st.fixed_dictionaries(
        {"op": st.just("split"), "path": PATHS, "separator": st.just(" "), "into": st.just(["b", "c"])}
    ),
    st.fixed_dictionaries(
        {"op": st.just("join"), "path": PATHS, "separator": st.just(" "), "from": st.just(["a", "b"])}
    ),
)


@given(st.lists(STEPS, max_size=4), VALUES)
def test_any_steps_on_any_data_make_a_value_or_a_migration_error_and_leave_the_data(steps: Any, data: Any) -> None:
    before = copy.deepcopy(data)

    with suppress(SchemaError, MigrationError):
        parse_steps(steps).apply(data)

    assert repr(data) == repr(before)


@given(st.dictionaries(NAMES, VALUES))
def test_a_member_renamed_and_renamed_back_is_the_same(data: Any) -> None:
    there = {"op": "rename", "path": "/a", "to": "never used"}
    back = {"op": "rename", "path": "/never used", "to": "a"}

    assert repr(migrated(data, there, back)) == repr(data)


@given(VALUES)
def test_anything_may_be_offered_as_steps(steps: Any) -> None:
    with suppress(SchemaError):
        assert parse_steps(steps).steps == ()
