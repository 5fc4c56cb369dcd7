"""Steps that follow from two schemas alone. What is only likely, such as a new name for a member, is not guessed.

Derived are values for members that become required, where the schema names one, and the removal of members that are
not allowed any more. Producers are taken to write no member that their schema does not name and the new one does.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from events.envelope.json_text import escape
from events.schemas.documents.document import SchemaDocument, parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.documents.references import at
from events.schemas.evolution.check import check
from events.schemas.evolution.pointer import EACH, MAX_TOKENS
from events.schemas.evolution.steps import MAX_STEPS

Step = dict[str, Any]

NOTES = frozenset(
    {"$comment", "$defs", "$schema", "default", "definitions", "deprecated", "description", "examples", "readOnly"}
    | {"title", "writeOnly"}
)
# Other keywords may judge a member by its neighbours, so what a step does to them would not be known.
PLAIN_OBJECT = NOTES | {"$id", "additionalProperties", "properties", "required", "type"}
PLAIN_ARRAY = NOTES | {"items", "maxItems", "minItems", "type"}
MAX_LOOKED_AT = 5_000
_NONE = object()


def derive(old: Any, new: Any) -> list[Step] | None:
    """Steps that make every event of `old` valid under `new`; None where none are found. [] is never the answer."""
    try:
        return derive_between(parse_schema(old), parse_schema(new))
    except SchemaError:
        return None


def derive_between(before: SchemaDocument, after: SchemaDocument) -> list[Step] | None:
    """The same for whoever has parsed them already."""
    # Comparing asks for derivable migrations in its turn.
    from events.schemas.compatibility.compare import compare

    try:
        plan = Plan(before, after)
        if not plan.steps or len(plan.steps) > MAX_STEPS:
            return None
        if not compare(plan.result, after.schema, derivable=lambda *_: False).backward:
            return None
        return plan.steps if not check(plan.steps, before, after) else None
    except SchemaError:
        return None


@dataclass(frozen=True, slots=True)
class _Place:
    """A schema of a document, resolved, with where it is there."""

    place: str
    schema: Any


@dataclass
class Plan:
    """`steps`, and `result`: a schema of what they make of the old data."""

    old: SchemaDocument
    new: SchemaDocument
    steps: list[Step] = field(init=False, default_factory=list)
    result: Any = field(init=False)
    looked_at: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.result = self._made(_Place("", self.old.schema), _Place("", self.new.schema), "", ())

    def _made(self, old: _Place, new: _Place, path: str, seen: tuple[str, ...]) -> Any:
        """The old schema as the steps leave it; the steps are noted. A schema within itself stays as it is."""
        self.looked_at += 1
        if self.looked_at > MAX_LOOKED_AT:
            raise SchemaError([("", "references multiply: too many members to look for steps")])
        noted = len(self.steps)
        made = self._changed(old, new, path, seen)
        return made if len(self.steps) > noted else old.schema

    def _changed(self, old: _Place, new: _Place, path: str, seen: tuple[str, ...]) -> Any:
        original = old.schema
        old, new = _resolved(self.old, old), _resolved(self.new, new)
        if old.place in seen or path.count("/") >= MAX_TOKENS:
            return original
        if _is(old.schema, "object", PLAIN_OBJECT) and _is(new.schema, "object", None):
            return self._object(old, new, path, (*seen, old.place))
        if _is(old.schema, "array", PLAIN_ARRAY) and _is(new.schema, "array", None) and _has_items(old, new):
            items = self._made(_below(old, "items"), _below(new, "items"), f"{path}/{EACH}", (*seen, old.place))
            return {**old.schema, "items": items}
        return original

    def _object(self, old: _Place, new: _Place, path: str, seen: tuple[str, ...]) -> Any:
        made = {**old.schema, "properties": dict(old.schema.get("properties", {}))}
        made["required"] = list(old.schema.get("required", ()))
        for name in _common(old, new):
            inner = _below(old, "properties", name), _below(new, "properties", name)
            made["properties"][name] = self._made(*inner, f"{path}/{escape(name)}", seen)
        for name, value in self._defaults(old, new):
            self.steps.append({"op": "set_default", "path": f"{path}/{escape(name)}", "value": deepcopy(value)})
            made["properties"].setdefault(name, {"const": value})
            made["required"].append(name)
        for name in _removed(old, new):
            self.steps.append({"op": "remove", "path": f"{path}/{escape(name)}"})
            made["properties"][name] = False
            made["required"] = [one for one in made["required"] if one != name]
        return made

    def _defaults(self, old: _Place, new: _Place) -> Iterator[tuple[str, Any]]:
        for name in new.schema.get("required", ()):
            if name in old.schema.get("required", ()) or name not in new.schema.get("properties", {}):
                continue
            value = _value_of(_resolved(self.new, _below(new, "properties", name)).schema)
            if value is not _NONE and name != EACH:
                yield name, value


def _resolved(document: SchemaDocument, one: _Place) -> _Place:
    """What a schema that is only a reference leads to. References that end nowhere were refused before."""
    while isinstance(one.schema, dict) and "$ref" in one.schema and one.schema.keys() <= NOTES | {"$ref"}:
        place = document.targets[one.place][0]
        one = _Place(place, at(document.schema, place))
    return one


def _is(schema: Any, kind: str, plain: frozenset[str] | None) -> bool:
    """Whether values are of a kind, or null, and nothing but plain keywords judges them."""
    if not isinstance(schema, dict) or (plain is not None and not schema.keys() <= plain):
        return False
    types = schema.get("type")
    open_or_closed = isinstance(schema.get("additionalProperties", True), bool) or plain is None
    return types in (kind, [kind], [kind, "null"], ["null", kind]) and open_or_closed


def _has_items(*places: _Place) -> bool:
    return all(isinstance(one.schema.get("items"), dict) for one in places)


def _below(one: _Place, *names: str) -> _Place:
    schema = one.schema
    for name in names:
        schema = schema[name]
    return _Place(one.place + "".join(f"/{escape(name)}" for name in names), schema)


def _common(old: _Place, new: _Place) -> list[str]:
    known = new.schema.get("properties", {})
    return [name for name in old.schema.get("properties", {}) if name in known and name != EACH]


def _removed(old: _Place, new: _Place) -> list[str]:
    if new.schema.get("additionalProperties") is not False or "patternProperties" in new.schema:
        return []
    known: Mapping[str, Any] = new.schema.get("properties", {})
    return [name for name in old.schema.get("properties", {}) if name not in known and name != EACH]


def _value_of(schema: Any) -> Any:
    """The value that a schema itself names for a member that is not there."""
    if not isinstance(schema, dict):
        return _NONE
    if "default" in schema:
        return schema["default"]
    if "const" in schema:
        return schema["const"]
    options = schema.get("enum", ())
    return options[0] if len(options) == 1 else _NONE
