"""Find what is personal in an event or in a text."""

from collections.abc import Callable, Iterable, Sequence

from events.pii.detection.collected import Collected, in_order
from events.pii.detection.finding import Examined, Finding
from events.pii.detection.forms.search import asked, search
from events.pii.detection.gate import LOUD, Sign, signs
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.offsets import Pieces
from events.pii.detection.reading.origin import Origin
from events.pii.detection.reading.page import Page, folded_page, plain_page
from events.pii.detection.reading.place import Place
from events.pii.detection.reading.unwrap import Layer, take_encoded, take_json
from events.pii.detection.reading.walk import Texts, walk, walk_attributes, walk_text
from events.pii.detection.work import TooMuchError, Work

# How many encodings, one in the other, are undone. Unicode disguises are not counted: they always are undone.
DEPTH = 3

_DATA: Place = (None, "data")


def detect(event: Examined) -> list[Finding]:
    """Everything personal in an event, by place and then by position; of what overlaps, only one.

    Raises TooMuchError for an event in which more would have to be looked at than is.
    """
    if type(event.data) is bytes:
        return _detect_binary(event.data, event)
    work = Work()
    values, attributes = walk(event.data, work, _DATA), walk_attributes(event.attributes)
    return _findings(values, attributes, Collected(work))


def quiet(events: Iterable[Examined]) -> bool:
    """Whether nothing is personal in any of some events, found out for all at once: that costs less than one by one.

    All their texts make one page. What is looked for in a text depends on that text and its names, and on a page that
    holds others besides no less is looked for. False says nothing: each has to be looked at then.
    """
    together, work = Texts(), Work()
    try:
        for event in events:
            if type(event.data) is bytes or not _all_of_letters(event.attributes):
                return False
            together.extend(walk(event.data, work, _DATA))
            together.extend(walk_attributes(event.attributes))
        return not together.named and _is_quiet(together, Collected(work))
    except TooMuchError:
        return False


def _is_quiet(together: Texts, collected: Collected) -> bool:
    page, found = _page(together.texts, lambda index: Origin(place := together.places[index], place, "value"))
    if not LOUD.isdisjoint(found):
        return False
    forms, spoken = asked(tuple(found))
    page.hinted, page.spoken, page.work = together.hints, spoken, collected.work
    layer = Layer()
    take_encoded(page, found, layer)
    return not layer.texts and not search(page, forms)


def _all_of_letters(names: Iterable[str]) -> bool:
    """In the names of attributes there is nothing to be found then."""
    return "".join(names).isalpha()


def scan_text(text: str, context: str = "") -> list[Finding]:
    """The same for a single string; `context` is the name of its field, dots between the names of a path."""
    names = [name for name in context.split(".") if name]
    work = Work()
    return _findings(walk_text(text, work, names), Texts(), Collected(work, in_event=False))


def _findings(values: Texts, attributes: Texts, collected: Collected) -> list[Finding]:
    first_name, first_attribute = len(values.texts), len(values.texts) + len(values.name_texts)

    def origin_of(index: int) -> Origin:
        if index < first_name:
            return Origin(values.places[index], values.places[index], "value")
        if index < first_attribute:
            place = values.name_places[index - first_name]
            return Origin(place, place, "key")
        place = attributes.places[index - first_attribute]
        return Origin(place, place, "attribute")

    texts = [*values.texts, *values.name_texts, *attributes.texts]
    _examine(texts, origin_of, values.hints | attributes.hints, collected)
    for kind, place, text in values.named:
        collected.take_named(kind, Origin(place, place, "value"), text)
    for kind, place, text in attributes.named:
        collected.take_named(kind, Origin(place, place, "attribute"), text)
    return collected.findings()


def _detect_binary(content: bytes, event: Examined) -> list[Finding]:
    """UTF-8 where it is that, else Latin-1; what is found is located in bytes."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    exact = len(text) == len(content)
    pieces = Pieces(lambda: ((1, 1 if exact else len(letter.encode())) for letter in text), always_changed=True)
    collected = Collected(Work())
    origin = Origin(_DATA, _DATA, "value").within("bytes", pieces)
    _examine([text], lambda _: origin, 0, collected)
    return sorted(collected.findings() + detect(Examined(None, event.attributes)), key=in_order)


def _examine(texts: Sequence[str], origin_of: Callable[[int], Origin], hints: int, collected: Collected) -> None:
    """Texts, then what is wrapped in them, then what is wrapped in that."""
    for depth in range(DEPTH + 1):
        layer = _examine_layer(texts, origin_of, hints, collected, depth < DEPTH)
        if not layer.texts:
            return
        texts, origin_of, hints = layer.texts, layer.origins.__getitem__, Hint.ANY


def _examine_layer(
    texts: Sequence[str], origin_of: Callable[[int], Origin], hints: int, collected: Collected, unwrap: bool
) -> Layer:
    """Collect what is in some texts; returns what is wrapped in them."""
    layer = Layer()
    page, signs_of_page = _page(texts, origin_of)
    if unwrap and Sign.JSON in signs_of_page and (taken := take_json(texts, origin_of, layer, collected.work)):
        rest = [index for index in range(len(texts)) if index not in taken]
        page, signs_of_page = _page([texts[index] for index in rest], lambda index: origin_of(rest[index]))
    forms, spoken = asked(tuple(signs_of_page))
    page.hinted, page.spoken, page.work = hints, spoken, collected.work
    for start, end, kind in search(page, forms):
        collected.take(page, start, end, kind)
    if unwrap:
        take_encoded(page, signs_of_page, layer)
    for kind, origin, text in layer.named:
        collected.take_named(kind, origin, text)
    return layer


def _page(texts: Sequence[str], origin_of: Callable[[int], Origin]) -> tuple[Page, list[int]]:
    """Texts as a page, folded if need be, with the signs that are in it."""
    page = plain_page(texts, origin_of)
    if page is not None:
        found = signs(page.joined)
        if Sign.CONTROL not in found:
            return page, found
    page = folded_page(texts, origin_of)
    return page, signs(page.joined)
