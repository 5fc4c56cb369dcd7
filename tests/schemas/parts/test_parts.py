"""What goes into parts comes out of them, and versions share what they have in common."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.schema_sample import versions
from events.schemas.parts.digest import DIGEST, chunk_digest, root_digest
from events.schemas.parts.errors import PartsError
from events.schemas.parts.join import join
from events.schemas.parts.split import split

Json = Any
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**300), 10**300)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda values: st.lists(values) | st.dictionaries(st.text(st.characters()), values),
    max_leaves=40,
)
NUMBERS: list[Json] = [1, 1.0, -0.0, 10**400, 5e-324, 1.7976931348623157e308]
AWKWARD: list[Json] = [*NUMBERS, "", {}, [], {"": {}}, [[]], "\u2028\x85\n\r\0", "\ud800", None]
NO_JSON: list[Json] = [float("nan"), float("inf"), {"a": object()}, {"a": {1, 2}}, 10**5000]


class Store:
    """Parts by digest, and how often they were asked for."""

    def __init__(self, *values: Json) -> None:
        self.contents: dict[str, str] = {}
        self.asked = 0
        self.roots = [self.put(value) for value in values]

    def put(self, value: Json) -> str:
        root, parts = split(value)
        self.contents.update(parts)
        return root

    def __call__(self, digests: Iterable[str]) -> Mapping[str, str]:
        self.asked += 1
        return {digest: self.contents[digest] for digest in digests if digest in self.contents}

    @property
    def size(self) -> int:
        return sum(len(digest) + len(content.encode()) for digest, content in self.contents.items())


def compact(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"))


def returned(value: Json) -> Json:
    store = Store(value)
    return join(store.roots[0], store)


@given(JSON)
def test_any_value_comes_back_with_its_members_in_their_order(value: Json) -> None:
    assert compact(returned(value)) == compact(value)


@pytest.mark.parametrize("value", AWKWARD, ids=repr)
def test_awkward_values_come_back(value: Json) -> None:
    assert compact(returned({"a": [value]})) == compact({"a": [value]})


def test_a_large_schema_comes_back_from_two_reads() -> None:
    history = list(versions(3))
    store = Store(*history)

    values = [join(root, store) for root in store.roots]

    assert list(map(compact, values)) == list(map(compact, history))
    assert store.asked == 2 * len(history)


@given(st.data())
def test_data_that_looks_like_a_part_is_data(data: st.DataObject) -> None:
    store = Store({"type": "string"}, {"type": "number"})
    names = st.sampled_from([*store.contents, *store.contents.values(), "\n".join(store.contents)])
    value = data.draw(st.lists(names) | st.dictionaries(names, names) | names)

    root = store.put(value)

    assert join(root, store) == value


def test_a_root_and_a_chunk_of_one_content_have_different_names() -> None:
    assert root_digest("[]") != chunk_digest("[]")


def test_a_chunk_cannot_be_read_as_a_root() -> None:
    inner = Store({"a": 1})
    names = inner.contents[inner.roots[0]]
    outer = Store(names)
    chunk = next(digest for digest in outer.contents if digest != outer.roots[0])

    with pytest.raises(PartsError):
        join(chunk, outer)


def test_equal_values_have_one_root_and_another_order_has_another() -> None:
    one, same, turned = Store({"a": 1, "b": 2}, {"a": 1, "b": 2}, {"b": 2, "a": 1}).roots

    assert one == same
    assert one != turned


def test_digests_are_hex_that_fits_the_column() -> None:
    store = Store(*versions(1))

    assert all(map(DIGEST.fullmatch, store.contents))


def test_a_hundred_versions_take_less_than_two_fifths_of_their_sum() -> None:
    history = list(versions(100))

    store = Store(*history)

    assert store.size <= 0.4 * sum(len(compact(schema)) for schema in history)


def test_an_edit_writes_little_again() -> None:
    schema = next(iter(versions(1)))
    name = list(schema["properties"])[100]
    edited = {**schema, "properties": {**schema["properties"], name: {"type": "null"}}}

    before, after = split(schema)[1], split(edited)[1]

    assert len(after.keys() - before.keys()) <= 4


@pytest.mark.parametrize("value", NO_JSON, ids=lambda value: type(value).__name__)
def test_what_is_no_json_is_refused(value: Json) -> None:
    with pytest.raises(PartsError):
        split(value)


def test_a_value_nested_beyond_all_measure_is_refused() -> None:
    value: Json = []
    for _ in range(100_000):
        value = [value]

    with pytest.raises(PartsError):
        split(value)


def test_a_missing_part_is_named() -> None:
    store = Store(*versions(1))
    lost = next(digest for digest in store.contents if digest != store.roots[0])
    del store.contents[lost]

    with pytest.raises(PartsError, match=lost):
        join(store.roots[0], store)


def test_a_changed_part_is_found_out() -> None:
    store = Store({"type": "string"})
    for digest in store.contents:
        if digest != store.roots[0]:
            store.contents[digest] = store.contents[digest].replace("string", "number")

    with pytest.raises(PartsError, match="not what it was"):
        join(store.roots[0], store)


def test_an_unknown_root_is_an_error() -> None:
    with pytest.raises(PartsError, match="missing"):
        join("0" * 64, Store())
