"""How a schema that stands alone is made of a file's entry and the shared definitions."""

from typing import Any

import pytest

from events.catalogue.assemble import assemble, needed

NAME = "com.foundry.oms.thing.made"
DEFINITIONS: dict[str, Any] = {
    "SemVer": {"type": "string"},
    "Leaf": {"type": "string"},
    "Branch": {"properties": {"left": {"$ref": "#/$defs/Leaf"}, "others": {"items": {"$ref": "#/$defs/Branch"}}}},
    "Unused": {"type": "null"},
}


def entry(**changes: Any) -> dict[str, Any]:
    schema = {"required": ["root"], "properties": {"root": {"$ref": "#/$defs/Branch"}}}
    return {
        "version": "1.2.0",
        "description": "A thing was made.",
        "schema": schema,
        "example": {"root": {}},
        **changes,
    }


def test_it_has_what_it_refers_to_by_way_of_others_too_and_nothing_else() -> None:
    schema = assemble(NAME, entry(), DEFINITIONS)

    assert list(schema["$defs"]) == ["Branch", "Leaf", "SemVer"]


def test_definitions_that_refer_to_themselves_are_found_once() -> None:
    found = needed({"$ref": "#/$defs/Branch"}, DEFINITIONS)

    assert found == {"Branch", "Leaf"}


def test_a_definition_that_there_is_not_is_an_error() -> None:
    broken = entry(schema={"properties": {"root": {"$ref": "#/$defs/Twig"}}})

    with pytest.raises(KeyError, match="Twig"):
        assemble(NAME, broken, DEFINITIONS)


def test_it_says_what_it_is() -> None:
    schema = assemble(NAME, entry(), DEFINITIONS)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:oms:schema:com.foundry.oms.thing.made:1.2.0"
    assert (schema["title"], schema["description"]) == ("ThingMade", "A thing was made.")
    assert schema["examples"] == [{"root": {}}]


def test_it_is_closed_and_takes_the_number_of_its_version() -> None:
    schema = assemble(NAME, entry(), DEFINITIONS)

    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    assert schema["properties"]["version"]["$ref"] == "#/$defs/SemVer"


def test_a_version_that_means_something_else_is_left_as_it_is() -> None:
    own = {"properties": {"version": {"type": "integer"}}}

    schema = assemble(NAME, entry(data_version="ignore", schema=own), DEFINITIONS)

    assert schema["properties"] == {"version": {"type": "integer"}}
    assert schema["$defs"] == {}
