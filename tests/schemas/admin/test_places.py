import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.schemas.admin.places import line_named, line_of, places

TEXT = """{
  "type": "object",
  "properties": {
    "a/b": {"type": "string", "pattern": "\\"{["},
    "list": [
      1,
      {"deep": null}
    ]
  }
}"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("", 1),
        ("/type", 2),
        ("/properties", 3),
        ("/properties/a~1b", 4),
        ("/properties/a~1b/pattern", 4),
        ("/properties/list/0", 6),
        ("/properties/list/1/deep", 7),
    ],
)
def test_it_knows_the_line_of_each_place(place: str, line: int) -> None:
    assert places(TEXT)[place] == line


def test_what_is_missing_is_looked_for_where_it_should_be() -> None:
    assert line_of("/properties/list/7/x", places(TEXT)) == 5
    assert line_of("/nowhere", places(TEXT)) == 1
    assert line_of("/nowhere", {}) is None


def test_a_parser_says_the_line_itself() -> None:
    assert line_named("not valid JSON at line 12 column 3") == 12
    assert line_named("must be an object") is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(VALUES)
def test_of_any_json_every_place_is_found(value: object) -> None:
    assert set(places(json.dumps(value, indent=1))) == set(pointers(value, ""))


def pointers(value: object, here: str) -> list[str]:
    found = [here]
    if isinstance(value, dict):
        for key, member in value.items():
            found += pointers(member, f"{here}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            found += pointers(member, f"{here}/{index}")
    return found
