"""Schemas of many properties, and edits of them such as people make."""

from collections.abc import Iterator
from random import Random
from typing import Any

Json = Any
Schema = dict[str, Json]
PROPERTIES = 200
WORDS = (
    "order",
    "item",
    "price",
    "state",
    "owner",
    "region",
    "label",
    "branch",
    "commit",
    "author",
    "reason",
    "target",
)


def schema_of(count: int = PROPERTIES, seed: int = 1) -> Schema:
    """About 24 KB: strings, numbers, values, nested objects and arrays, each with a sentence about it."""
    random = Random(seed)
    properties = {f"{random.choice(WORDS)}_{number}": _property(random) for number in range(count)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if random.random() < 0.3],
        "additionalProperties": False,
    }


def versions(count: int, seed: int = 1) -> Iterator[Schema]:
    """A history: each changes one or two properties, every few one is added, removed or moved."""
    random = Random(seed)
    schema = schema_of(seed=seed)
    for number in range(count):
        properties = dict(schema["properties"])
        for name in random.sample(sorted(properties), random.choice([1, 2])):
            properties[name] = {**properties[name], "description": f"As of {number}: {_sentence(random)}"}
        _reshape(properties, number, random)
        required = [name for name in schema["required"] if name in properties]
        schema = {**schema, "properties": properties, "required": required}
        yield schema


def branches(conflicts: int, seed: int = 1) -> tuple[Schema, Schema, Schema]:
    """A base and two branches that changed as many of the same properties differently, and others each for itself."""
    random = Random(seed)
    base = schema_of(seed=seed)
    names = random.sample(sorted(base["properties"]), conflicts + 40)
    both, mine, yours = names[:conflicts], names[conflicts:][:20], names[conflicts:][20:]
    ours = _edited(base, {name: _edit(base, name, place, 0) for place, name in enumerate([*both, *mine])})
    theirs = _edited(base, {name: _edit(base, name, place, 1) for place, name in enumerate([*both, *yours])})
    return base, ours, theirs


def _property(random: Random) -> Schema:
    kinds: list[Schema] = [
        {"type": "string", "minLength": 1, "maxLength": random.choice([20, 50, 100])},
        {"type": "integer", "minimum": 0, "maximum": random.choice([10, 100, 1000])},
        {"type": "string", "enum": random.sample(WORDS, 4)},
        {"type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 10},
        {"type": "object", "properties": {"id": {"type": "string"}, "version": {"type": "integer"}}},
    ]
    return {**random.choice(kinds), "description": _sentence(random)}


def _sentence(random: Random) -> str:
    return f"The {' '.join(random.choices(WORDS, k=6))}."


def _reshape(properties: Schema, number: int, random: Random) -> None:
    names = sorted(properties)
    if number % 10 == 3:
        properties[f"added_{number}"] = _property(random)
    if number % 10 == 6:
        del properties[random.choice(names)]
    if number % 20 == 9:
        name = random.choice(names)
        properties[name] = properties.pop(name)


def _edited(schema: Schema, properties: Schema) -> Schema:
    return {**schema, "properties": {**schema["properties"], **properties}}


def _edit(base: Schema, name: str, place: int, side: int) -> Schema:
    """Edits of the two sides at one place differ: by turns an annotation, the type, a constraint and a constant."""
    edits: list[Schema] = [
        {"description": f"As side {side} has it."},
        {"type": ["null", ("boolean", "number")[side]]},
        {"pattern": ("^a", "^b")[side]},
        {"const": side},
    ]
    return {**base["properties"][name], **edits[place % len(edits)]}
