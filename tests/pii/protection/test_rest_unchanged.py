"""Whatever JSON comes in, and whatever is found in it: the rest stays as it was, byte for byte."""

import json
import random
from collections.abc import Iterator
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from events.envelope.json_text import escape
from events.pii.detection import Finding, Kind
from events.pii.policies.action import Action
from events.pii.protection import reveal
from events.pii.protection.json_places import locate
from tests.pii.protection.samples import KEYS, event, protected

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)

CHANCES = st.integers(0, 2**32).map(random.Random)


def leaves(node: Any, path: str = "/data") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, f"{path}/{escape(name)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, f"{path}/{index}")
    else:
        yield path, node


def names(node: Any, path: str = "/data") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield f"{path}/{escape(name)}", name
            yield from names(value, f"{path}/{escape(name)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from names(value, f"{path}/{index}")


def written(value: Any, chance: random.Random) -> str:
    """JSON text of a value, spelled as oddly as the standard lets one."""
    if isinstance(value, dict):
        members = (f"{_odd(name, chance)}{_space(chance)}:{written(each, chance)}" for name, each in value.items())
        return f"{{{_space(chance)}{','.join(members)}{_space(chance)}}}"
    if isinstance(value, list):
        return f"[{','.join(_space(chance) + written(each, chance) for each in value)}]"
    if isinstance(value, str):
        return _odd(value, chance)
    return f"{_space(chance)}{json.dumps(value)}{_space(chance)}"


def _odd(text: str, chance: random.Random) -> str:
    return f'"{"".join(_odd_character(character, chance) for character in text)}"'


def _odd_character(character: str, chance: random.Random) -> str:
    if chance.random() < 0.2:
        return _escaped(character)
    return json.dumps(character, ensure_ascii=chance.random() < 0.5)[1:-1]


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04X}" for at in range(0, len(units), 2))


def _space(chance: random.Random) -> str:
    return chance.choice(["", "", " ", "\n\t"])


def spans(data: st.DataObject, places: list[tuple[str, str]], where: Any) -> list[Finding]:
    """Parts of some of the strings."""
    chosen = data.draw(st.lists(st.sampled_from(places), unique_by=lambda place: place[0])) if places else []
    found = []
    for path, text in chosen:
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        found.append(Finding(path, start, end, data.draw(st.sampled_from(list(Kind))), where))
    return found


def found_in(data: st.DataObject, document: Any) -> list[Finding]:
    strings = [(path, value) for path, value in leaves(document) if isinstance(value, str) and value]
    numbers = [(path, "0") for path, value in leaves(document) if type(value) in (int, float)]
    named = [(path, name) for path, name in names(document) if name]
    return spans(data, strings + numbers, "value") + spans(data, named, "key")


@settings(max_examples=50)
@given(JSON, st.data())
def test_what_is_encrypted_is_revealed_to_the_very_same_text(document: Any, data: Any) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=data.draw(st.sampled_from([None, 1])))

    stored = protected(event(text), found_in(data, document)).event
    opened = reveal(stored, KEYS)

    assert opened.event.data == text
    assert not opened.unreadable


@settings(max_examples=50)
@given(JSON, CHANCES, st.data(), st.sampled_from(list(Action)[1:4]))
def test_all_but_what_was_found_is_the_same_text(
    document: Any, chance: random.Random, data: Any, action: Action
) -> None:
    text = written(document, chance)
    found = [finding for finding in found_in(data, document) if finding.where == "value"]

    after = protected(event(text), found, action).event.data

    assert isinstance(after, str)
    assert _without(after, found) == _without(text, found)


def _without(text: str, found: list[Finding]) -> str:
    """The text with a mark for each leaf in which something was found."""
    places = locate(text, {finding.path for finding in found})
    for start, end in sorted((place.value for place in places.values() if place.value), reverse=True):
        text = f"{text[:start]}\0{text[end:]}"
    return text


@settings(max_examples=50)
@given(TEXTS.filter(bool), CHANCES, st.data())
def test_around_a_span_a_string_keeps_its_spelling(value: str, chance: random.Random, data: Any) -> None:
    start = data.draw(st.integers(0, len(value) - 1))
    end = data.draw(st.integers(start + 1, len(value)))
    head, tail = (_odd(part, chance)[1:-1] for part in (value[:start], value[end:]))
    text = f'"{head}{_odd(value[start:end], chance)[1:-1]}{tail}"'

    after = protected(event(text), [Finding("/data", start, end, Kind.PHONE)], Action.REDACT).event.data

    assert after == f'"{head}[redacted]{tail}"'


@settings(max_examples=50)
@given(JSON, st.data(), st.sampled_from(list(Action)[1:4]))
def test_no_object_gets_a_name_twice(document: Any, data: Any, action: Action) -> None:
    found = [finding for finding in found_in(data, document) if finding.where == "key"]

    after = protected(event(json.dumps(document)), found, action).event.data

    assert len(list(names(orjson.loads(str(after))))) == len(list(names(document)))
