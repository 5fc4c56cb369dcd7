"""Definitions that are renamed, moved or removed while the other side uses them."""

from typing import Any

from events.schemas.merging.merge import merge
from tests.schemas.merging.made import INTEGER, STRING, found

Json = Any
SHORT = {"type": "string", "maxLength": 3}


def refer(pointer: str) -> Json:
    return {"$ref": f"#{pointer}"}


def using(name: str, definition: Json, *properties: str, container: str = "$defs") -> Json:
    """A schema whose properties refer to its one definition."""
    referring = {property_: refer(f"/{container}/{name}") for property_ in properties}
    return {container: {name: definition}, "properties": referring}


def test_an_edit_follows_a_definition_that_the_other_side_renamed() -> None:
    merged = merge(using("A", STRING, "p"), using("B", STRING, "p"), using("A", SHORT, "p", "q"))

    assert merged.schema == using("B", SHORT, "p", "q")
    assert merged.conflicts == ()


def test_so_it_does_when_theirs_renamed_it() -> None:
    merged = merge(using("A", STRING, "p"), using("A", SHORT, "p", "q"), using("B", STRING, "p"))

    assert merged.schema == using("B", SHORT, "p", "q")
    assert merged.conflicts == ()


def test_definitions_moved_to_another_keyword_are_followed() -> None:
    base = using("A", STRING, "p", container="definitions")
    theirs = using("A", SHORT, "p", "q", container="definitions")
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}

    merged = merge({**draft, **base}, {**draft, **using("A", STRING, "p")}, {**draft, **theirs})

    assert merged.schema == {**draft, **using("A", SHORT, "p", "q")}
    assert merged.conflicts == ()


def test_a_definition_that_refers_to_itself_can_be_renamed() -> None:
    def tree(name: str, **more: Json) -> Json:
        return using(name, {"properties": {"child": refer(f"/$defs/{name}")}, **more}, "p")

    merged = merge(tree("A"), tree("B"), tree("A", minProperties=1))

    assert merged.schema == tree("B", minProperties=1)
    assert merged.conflicts == ()


def test_names_are_escaped_in_references() -> None:
    ours = {"$defs": {"b/~ %": STRING}, "properties": {"p": refer("/$defs/b~1~0%20%25")}}

    merged = merge(using("A", STRING, "p"), ours, using("A", SHORT, "p", "q"))

    reference = refer("/$defs/b~1~0%20%25")
    assert merged.schema == {"$defs": {"b/~ %": SHORT}, "properties": {"p": reference, "q": reference}}


def test_two_new_names_for_one_definition_need_a_person() -> None:
    merged = merge(using("A", STRING, "p"), using("B", STRING, "p"), using("C", STRING, "p"))

    assert merged.schema == using("B", STRING, "p")
    assert found(merged) == {("/$defs/A", "renamed_differently", "ERROR")}


def test_a_definition_that_one_removed_and_the_other_uses_is_kept_and_blocks() -> None:
    base = using("A", STRING, "p")

    merged = merge(base, {"properties": {"p": STRING}}, using("A", STRING, "p", "q"))

    assert merged.schema == {"$defs": {"A": STRING}, "properties": {"p": STRING, "q": refer("/$defs/A")}}
    assert found(merged) == {("/$defs/A", "reference_target_removed", "BLOCK")}


def test_what_a_kept_definition_refers_to_is_kept_as_well() -> None:
    base: Json = {
        "$defs": {"A": refer("/$defs/B"), "B": refer("/$defs/C"), "C": STRING},
        "properties": {"p": refer("/$defs/A")},
    }
    theirs = {**base, "properties": {"p": refer("/$defs/A"), "q": refer("/$defs/A")}}

    merged = merge(base, {"properties": {"p": STRING}}, theirs)

    assert merged.schema["$defs"] == base["$defs"]
    assert {path for path, _, _ in found(merged)} == {"/$defs/A", "/$defs/B", "/$defs/C"}


def test_what_looks_like_a_reference_in_a_value_is_none() -> None:
    base = {"$defs": {"A": STRING}, "const": {"$ref": "#/$defs/A"}}
    renamed = {"$defs": {"B": STRING}, "const": {"$ref": "#/$defs/A"}}

    merged = merge(base, renamed, {**base, "title": "t"})

    assert merged.schema == {**renamed, "title": "t"}
    assert merged.conflicts == ()


def test_two_changes_that_make_no_valid_schema_together_are_left_as_in_ours() -> None:
    base: Json = {"$defs": {"A": STRING, "B": INTEGER}, "properties": {"p": refer("/$defs/A")}}
    ours = {**base, "$defs": {"A": refer("/$defs/B"), "B": INTEGER}}
    theirs = {**base, "$defs": {"A": STRING, "B": refer("/$defs/A")}}

    merged = merge(base, ours, theirs)

    assert merged.schema == ours
    assert found(merged) == {("", "invalid_together", "BLOCK")}
