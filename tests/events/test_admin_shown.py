import json

import pytest

from events.admin.shown import badge, indented, preformatted


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{}", "{}"),
        ("[ ]", "[]"),
        ('{"a":1.50}', '{\n  "a": 1.50\n}'),
        ('[1,{"b":[true,null]}]', '[\n  1,\n  {\n    "b": [\n      true,\n      null\n    ]\n  }\n]'),
        ('{"a":"{[,:]} \\" x","e":1E400}', '{\n  "a": "{[,:]} \\" x",\n  "e": 1E400\n}'),
        ('{"e": { }, "f":-0.0}', '{\n  "e": {},\n  "f": -0.0\n}'),
        ('"text"', '"text"'),
    ],
)
def test_json_is_indented_and_each_token_stays_as_it_was_written(text: str, lines: str) -> None:
    assert indented(text) == lines


def test_indenting_changes_nothing_that_json_means() -> None:
    value = {"a": ["x\\", '"', "é", {"b": {}, "c": []}], "d": -1.5e-7, "": None}

    assert json.loads(indented(json.dumps(value))) == value


def test_markup_is_escaped() -> None:
    """H43."""
    assert "<b>" not in preformatted("<b>")
    assert "<b>" not in badge("<b>")
