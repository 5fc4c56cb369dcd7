"""Every text of an event, in one pass without recursion; and what is personal by the name of its field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from events.pii.detection.finding import Json
from events.pii.detection.kinds import Kind
from events.pii.detection.names.known import KNOWN, name_of
from events.pii.detection.names.name import PLAIN, Name, combined
from events.pii.detection.reading.place import Place, hints_along
from events.pii.detection.work import Cost, Work

# Numbers with fewer digits say nothing by their value.
SMALLEST = 10**6
LARGEST = 10**30
# Attributes whose names are the envelope's own vocabulary; only their values are looked at.
_ENVELOPE_WORDS = (
    "id source type subject time dataschema datacontenttype partitionkey branch commit author "
    "correlationid causationid tenant userid traceparent tracestate sequence"
)
ENVELOPE = frozenset(_ENVELOPE_WORDS.split())


@dataclass(slots=True)
class Texts:
    """Texts with their places; first of values, then of names, then of attributes."""

    texts: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    name_texts: list[str] = field(default_factory=list)
    name_places: list[Place] = field(default_factory=list)
    named: list[tuple[Kind, Place, str]] = field(default_factory=list)
    hints: int = 0

    def extend(self, others: "Texts") -> None:
        """Add others, names among the texts, where no kind of text is to be told from another any more."""
        self.texts += others.texts
        self.texts += others.name_texts
        self.places += others.places
        self.places += others.name_places
        self.named += others.named
        self.hints |= others.hints


def walk(data: Json, work: Work, place: Place = None, name: Name = PLAIN) -> Texts:
    """All of a JSON value that stands at a place, under a name. Raises TooMuchError."""
    found = Texts()
    append, append_place, known = found.texts.append, found.places.append, KNOWN.get
    stack: list[tuple[Any, Place, Name]] = [(data, place, name)]
    while stack:
        node, place, name = stack.pop()
        if type(node) is not dict:
            _leaf_or_list(found, stack, node, place, name)
            continue
        for key, value in node.items():
            meant = known(key) or _met(key, work)
            here = place, key
            if meant is not PLAIN:
                meant = _noted(found, here, meant, name)
            if type(value) is str and meant.kind is None:
                append(value)
                append_place(here)
            elif type(value) is dict:
                stack.append((value, here, meant))
            elif value is not None and type(value) is not bool:
                _leaf_or_list(found, stack, value, here, meant)
    return found


def _met(key: str, work: Work) -> Name:
    work.spend(Cost.NAME)
    return name_of(key)


def _noted(found: Texts, place: tuple[Place, str | int], meant: Name, above: Name) -> Name:
    found.hints |= meant.hints
    if meant.looked_at:
        found.name_texts.append(str(place[1]))
        found.name_places.append(place)
    return combined(above, meant) if meant.is_part and above.words else meant


def _leaf_or_list(found: Texts, stack: list[tuple[Any, Place, Name]], node: Any, place: Place, name: Name) -> None:
    if type(node) is list:
        stack.extend((value, (place, index), name) for index, value in enumerate(node))
        return
    if name.kind is None and type(node) is int and -SMALLEST < node < SMALLEST:
        return
    text = text_of(node)
    if name.kind is not None and text.strip():
        found.named.append((name.kind, place, text))
    if text:
        found.texts.append(text)
        found.places.append(place)


def text_of(value: Any) -> str:
    """A string itself; a number in decimal, without a fraction if it is whole; of anything else nothing."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value) if -LARGEST < value < LARGEST else ""
    if type(value) is float:
        return str(int(value)) if value.is_integer() and abs(value) < LARGEST else repr(value)
    return ""


def walk_attributes(attributes: Mapping[str, str]) -> Texts:
    found = Texts()
    for key, value in attributes.items():
        here = None, key
        if key not in ENVELOPE:
            name = name_of(key)
            found.hints |= name.hints
            if name.kind is not None and value.strip():
                found.named.append((name.kind, here, value))
        found.texts.append(value)
        found.places.append(here)
    return found


def walk_text(text: str, work: Work, names: Sequence[str]) -> Texts:
    """A single text under the names of a path."""
    place: Place = None
    name = PLAIN
    for written in names:
        place, above, name = (place, written), name, name_of(written)
        name = combined(above, name) if name.is_part and above.words else name
    found = walk(text, work, place, name)
    found.hints |= hints_along(place)
    return found
