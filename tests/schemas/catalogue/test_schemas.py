"""Each schema of the catalogue, as the registry and producers will see it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from events.catalogue.read import CatalogueType, catalogue, definitions
from events.catalogue.table import table
from events.schemas.documents.dialect import Dialect
from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import Validator, compile_validator
from routing.matching.pattern import parse_pattern

Json = Any

TYPES = {one.name: one for one in catalogue()}
NAME = re.compile(r"com\.foundry\.oms\.[a-z]+\.[a-z]+")
RESOURCES = {
    "action", "actiontype", "branch", "function", "interface", "linkmetadata", "linktype", "objecttype", "property",
    "proposal", "schema", "semantictype", "structtype", "system",
}  # fmt: skip
DOCS = Path(__file__).parents[3] / "docs" / "catalogue.md"

# How values of a type are bounded. A value that may be of several needs them all.
LIMITED: Mapping[str, Callable[[Mapping[str, Json]], bool]] = {
    "string": lambda at: "maxLength" in at or bool(re.fullmatch(r"\^[^*+]*\$", at.get("pattern", "*"))),
    "array": lambda at: "maxItems" in at,
    "integer": lambda at: "minimum" in at and "maximum" in at,
    "object": lambda at: at.get("additionalProperties") is False or "maxProperties" in at,
}

every_type = pytest.mark.parametrize("one", TYPES.values(), ids=lambda one: one.name.split(".", 3)[-1])


@cache
def validator(name: str) -> Validator:
    return compile_validator(parse_schema(TYPES[name].schema))


def test_it_has_58_types_of_well_formed_names() -> None:
    names = [one.name for one in catalogue()]

    assert len(names) == len(set(names)) == 58
    assert all(NAME.fullmatch(name) for name in names)
    assert {name.split(".")[-2] for name in names} == RESOURCES


@pytest.mark.parametrize("pattern", ["*.schema.*", "*.branch.*", "*.action.*", "*.system.*"])
def test_each_default_rule_has_types_to_route(pattern: str) -> None:
    rule = parse_pattern(pattern)

    assert sum(rule.matches(name) for name in TYPES) >= 4


@every_type
def test_a_type_says_whose_it_is_and_what_it_is_about(one: CatalogueType) -> None:
    assert one.category
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.owner)
    assert one.criticality in {"critical", "standard"}
    assert one.description.endswith(".")


@every_type
def test_a_schema_is_one_that_the_registry_takes(one: CatalogueType) -> None:
    document = parse_schema(one.schema)

    assert document.dialect is Dialect.DRAFT_2020_12
    assert one.schema["$id"] == f"urn:oms:schema:{one.name}:{one.version}"


@every_type
def test_a_schema_stands_alone(one: CatalogueType) -> None:
    """H27: nothing is there to be fetched."""
    referred = {at["$ref"] for at in subschemas(one.schema) if "$ref" in at}

    assert referred == {f"#/$defs/{name}" for name in one.schema["$defs"]}


@every_type
def test_its_example_is_valid(one: CatalogueType) -> None:
    assert validator(one.name).faults(one.example) == []


@every_type
def test_an_event_without_a_member_that_it_must_have_is_refused(one: CatalogueType) -> None:
    missing = {}
    for member in one.schema["required"]:
        rest = {name: value for name, value in one.example.items() if name != member}
        missing[member] = validator(one.name).faults(rest)

    assert len(missing) >= 2
    assert all(missing.values())


@every_type
def test_a_misspelt_member_is_refused_at_every_depth(one: CatalogueType) -> None:
    places = list(closed_places(one))

    taken = [place for place in places if validator(one.name).is_valid(with_member(one.example, place))]

    assert () in places
    assert taken == []


@every_type
def test_a_value_of_another_type_is_refused_for_each_member(one: CatalogueType) -> None:
    wrong = {"a": {"value": {"of": "no type"}}}

    taken = [name for name in one.example if validator(one.name).is_valid({**one.example, name: [[wrong]]})]

    assert taken == []


@every_type
def test_everything_has_a_description(one: CatalogueType) -> None:
    bare = [
        name
        for at in subschemas(one.schema)
        for name, member in at.get("properties", {}).items()
        if "type" in at and "description" not in member
    ]

    assert bare == []
    assert all("description" in definition for definition in one.schema["$defs"].values())


@every_type
def test_texts_lists_maps_and_integers_are_bounded(one: CatalogueType) -> None:
    unbounded = [at for at in subschemas(one.schema) if not bounded(at)]

    assert unbounded == []


def test_a_version_of_its_own_is_never_read_as_that_of_the_schema() -> None:
    own = {one.name.split(".", 3)[-1] for one in catalogue() if one.data_version == "ignore"}

    assert own == {"schema.published", "schema.deprecated", "function.published"}
    assert all("version" in one.schema["required"] for one in catalogue() if one.data_version == "ignore")


def test_an_event_may_name_the_version_of_its_schema_in_its_data() -> None:
    one = TYPES["com.foundry.oms.branch.created"]

    assert validator(one.name).is_valid({**one.example, "version": one.version})
    assert not validator(one.name).is_valid({**one.example, "version": "newest"})


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("linkmetadata.created", {"heldBy": "throughObject"}),
        ("interface.withdrawn", {"cause": "interfaceChanged", "missing": None}),
        ("proposal.reviewed", {"opinion": "comment", "remarks": None}),
        ("proposal.rejected", {"ground": "declined"}),
        ("proposal.updated", {"source": None, "reviewers": None}),
        ("action.failed", {"stage": "validation"}),
        ("action.reverted", {"left": None}),
        ("branch.deleted", {"restorableUntil": None}),
        ("branch.conflicted", {"stoppedAt": None}),
        ("function.deleted", {"forced": False}),
        ("schema.published", {"verdict": None}),
        ("system.quotaexceeded", {"retryAfterSeconds": None}),
        ("system.configurationchanged", {"settings": [{"key": "a.password", "secret": True, "before": "x"}]}),
    ],
)
def test_members_that_belong_together_are_asked_for_together(name: str, changes: Mapping[str, Json]) -> None:
    one = TYPES[f"com.foundry.oms.{name}"]

    changed = {member: value for member, value in {**one.example, **changes}.items() if value is not None}

    assert not validator(one.name).is_valid(changed)


def test_no_definition_is_left_over() -> None:
    used = {name for one in catalogue() for name in one.schema["$defs"]}

    assert used == set(definitions())


def test_the_documentation_has_the_table_and_an_event_that_is_valid() -> None:
    text = DOCS.read_text()
    event = json.loads(text.split("```json\n")[1].split("```")[0])

    assert table() in text, "python -m events.catalogue.table prints the table for docs/catalogue.md"
    assert validator(event["type"]).faults(event["data"]) == []


def subschemas(value: Json) -> Iterator[Mapping[str, Json]]:
    """All objects of a schema but its examples; properties that happen to be called as a keyword do not occur."""
    if isinstance(value, Mapping):
        yield value
        for name, member in value.items():
            if name not in ("examples", "required"):
                yield from subschemas(member)
    elif isinstance(value, list):
        for member in value:
            yield from subschemas(member)


def bounded(schema: Mapping[str, Json]) -> bool:
    kinds = schema.get("type", [])
    return all(LIMITED[kind](schema) for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind in LIMITED)


def closed_places(one: CatalogueType) -> Iterator[tuple[str | int, ...]]:
    """Of all objects in the example; what is in a map whose names are somebody else's is not looked at."""
    opened = {"arguments", "mapping", "linkMapping", "sets"}

    def walk(value: Json, place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
        if isinstance(value, dict):
            yield place
            for name, member in value.items():
                if name not in opened:
                    yield from walk(member, (*place, name))
        elif isinstance(value, list):
            for index, member in enumerate(value):
                yield from walk(member, (*place, index))

    return walk(one.example, ())


def with_member(example: Json, place: tuple[str | int, ...]) -> Json:
    """The example with a member more at a place."""
    changed = deepcopy(example)
    at = changed
    for step in place:
        at = at[step]
    at["misspelt"] = "value"
    return changed
