"""A schema that stands alone, made of what its file says and the definitions it draws on.

Nothing of it refers outside: what registries, validators and generators of code are given is whole.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Json = Any
Definitions = Mapping[str, Json]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LOCAL = "#/$defs/"
# Where the data has a version of its own, which then is none of the schema.
OWN_VERSION = "ignore"
VERSION_MEMBER = {
    "$ref": "#/$defs/SemVer",
    "description": "The version of this schema that the data was written for; the active one where it is left out.",
}


def assemble(name: str, entry: Mapping[str, Json], definitions: Definitions) -> dict[str, Json]:
    """The schema of the type `name`. Raises KeyError for a definition that there is not."""
    said = entry["schema"]
    read = {} if entry.get("data_version") == OWN_VERSION else {"version": VERSION_MEMBER}
    body = {
        "$schema": DIALECT,
        "$id": schema_id(name, entry["version"]),
        "title": title(name),
        "description": entry["description"],
        "type": "object",
        "additionalProperties": False,
        **said,
        "properties": {**said["properties"], **read},
        "examples": [entry["example"]],
    }
    return {**body, "$defs": {used: definitions[used] for used in sorted(needed(body, definitions))}}


def schema_id(name: str, version: str) -> str:
    """As an event may say it in `dataschema`."""
    return f"urn:oms:schema:{name}:{version}"


def title(name: str) -> str:
    """`ObjecttypeCreated` of `com.foundry.oms.objecttype.created`: the class's name in generated code."""
    return "".join(word.capitalize() for word in name.split(".")[-2:])


def needed(schema: Json, definitions: Definitions) -> set[str]:
    """The names of all definitions that a schema draws on, by way of others too."""
    found: set[str] = set()
    open_ = set(_references(schema))
    while open_:
        name = open_.pop()
        found.add(name)
        open_ |= set(_references(definitions[name])) - found
    return found


def _references(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(reference := value.get("$ref"), str):
            yield reference.removeprefix(LOCAL)
        for member in value.values():
            yield from _references(member)
    elif isinstance(value, list):
        for member in value:
            yield from _references(member)
