"""Strategies: schemas over a small vocabulary, pairs of them that differ little, and values of the same vocabulary."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

Json = Any
NAMES = ("a", "b", "ab", "c")
SCALARS: tuple[Json, ...] = (
    None,
    True,
    False,
    -1,
    0,
    1,
    1.0,
    2,
    3,
    0.5,
    1.5,
    6,
    "",
    "a",
    "b",
    "ab",
    "ba",
    "1",
    "2024-01-01",
)
PATTERNS = ("^a", "b$", "^[ab]+$", "^a*$", "a", "^.{2}$", r"\d", "^(a|b)$", "^$", "^[^a]")
KINDS = ("null", "boolean", "integer", "number", "string", "array", "object")
MODERN = "https://json-schema.org/draft/2020-12/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"

names = st.sampled_from(NAMES)
sizes = st.integers(0, 3)
values = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=4,
)
booleans = st.booleans()
leaves = st.one_of(
    booleans,
    st.builds(lambda kind: {"type": kind}, st.sampled_from(KINDS)),
    st.builds(lambda value: {"const": value}, values),
    st.builds(lambda bound: {"minimum": bound}, st.sampled_from((-1, 0, 0.5, 1, 2))),
    st.builds(lambda pattern: {"pattern": pattern}, st.sampled_from(PATTERNS)),
)


def keywords(inner: st.SearchStrategy[Json], modern: bool) -> dict[str, st.SearchStrategy[Json]]:
    few = st.lists(inner, min_size=1, max_size=3)
    by_name = st.dictionaries(names, inner, min_size=1, max_size=2)
    some_names = st.lists(names, min_size=1, max_size=2, unique=True)
    shared = {
        "type": st.sampled_from(KINDS) | st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
        "enum": st.lists(values, min_size=1, max_size=3),
        "const": values,
        **dict.fromkeys(("minimum", "exclusiveMinimum"), st.sampled_from((-1, 0, 0.5, 1, 2))),
        **dict.fromkeys(("maximum", "exclusiveMaximum"), st.sampled_from((0, 1, 1.5, 2, 3))),
        "multipleOf": st.sampled_from((0.25, 0.5, 1, 1.5, 2, 3)),
        "pattern": st.sampled_from(PATTERNS),
        "format": st.sampled_from(("date", "ipv4")),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), sizes),
        "uniqueItems": booleans,
        "contains": inner,
        "required": some_names,
        "properties": by_name,
        "patternProperties": st.dictionaries(st.sampled_from(PATTERNS), inner, min_size=1, max_size=2),
        "additionalProperties": st.just(False) | inner,
        "propertyNames": st.builds(lambda pattern: {"pattern": pattern}, st.sampled_from(PATTERNS)) | inner,
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), few),
        **dict.fromkeys(("not", "if", "then", "else"), inner),
    }
    if not modern:
        dependencies = st.dictionaries(names, some_names | inner, min_size=1, max_size=2)
        return {**shared, "items": inner | few, "additionalItems": inner, "dependencies": dependencies}
    return {
        **shared,
        **dict.fromkeys(("items", "unevaluatedItems", "unevaluatedProperties"), st.just(False) | inner),
        "prefixItems": few,
        **dict.fromkeys(("minContains", "maxContains"), sizes),
        "dependentRequired": st.dictionaries(names, some_names, min_size=1, max_size=2),
        "dependentSchemas": by_name,
    }


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Json], modern: bool) -> Json:
    known = keywords(inner, modern)
    chosen = draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=4, unique=True))
    return {keyword: draw(known[keyword]) for keyword in chosen}


def schemas(modern: bool) -> st.SearchStrategy[Json]:
    return st.recursive(leaves, lambda inner: objects(inner, modern), max_leaves=6)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Json, Json]:
    """Of one draft. Half of them differ in a keyword or two."""
    modern = draw(st.booleans())
    some = schemas(modern).filter(lambda schema: isinstance(schema, dict))
    old = draw(some)
    new = {**deepcopy(old), **draw(some)} if draw(st.booleans()) else draw(some)
    if draw(st.booleans()):
        old, new = new, old
    draft = {"$schema": MODERN if modern else DRAFT_7}
    return {**draft, **old}, {**draft, **new}
