"""What is wrapped in the texts of a page: JSON, escapes, base64. Each text is unwrapped in one way only at a time.

So no layer is larger than the one it was unwrapped from, whatever is nested in what.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from events.pii.detection.gate import Sign
from events.pii.detection.kinds import Kind
from events.pii.detection.reading.base64_runs import base64_texts
from events.pii.detection.reading.escapes import DECODERS, Decoded
from events.pii.detection.reading.json_text import Token, tokens_of
from events.pii.detection.reading.offsets import Pieces, Run
from events.pii.detection.reading.origin import Origin
from events.pii.detection.reading.page import Page
from events.pii.detection.work import Cost, Work

# How many escapes are decoded at the cost of one candidate.
_MARKS = 8


@dataclass(slots=True)
class Layer:
    """Texts with their origins; and what is personal by a name inside JSON."""

    texts: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    named: list[tuple[Kind, Origin, str]] = field(default_factory=list)

    def add(self, text: str, origin: Origin) -> None:
        self.texts.append(text)
        self.origins.append(origin)


def take_json(texts: Sequence[str], origin_of: Callable[[int], Origin], layer: Layer, work: Work) -> set[int]:
    """Move the leaves of texts that are JSON to a layer; returns which texts these are."""
    taken = set()
    for index, text in enumerate(texts):
        if not text or text.lstrip()[:1] not in {"{", "[", '"'}:
            continue
        work.spend(Cost.CANDIDATE)
        origin = origin_of(index)
        tokens = tokens_of(text, origin.named, work)
        if tokens is not None:
            taken.add(index)
            for token in tokens:
                _add_token(layer, origin, token)
    return taken


def _add_token(layer: Layer, outer: Origin, token: Token) -> None:
    origin = outer.within("json", token.offsets, token.place)
    layer.add(token.text, origin)
    if token.name.kind is not None and token.text.strip() and not token.is_key:
        layer.named.append((token.name.kind, origin, token.text))


def take_encoded(page: Page, signs: Collection[int], layer: Layer) -> None:
    """Add what is escaped or in base64 to a layer. Base64 in a text with escapes is taken once they are undone."""
    escaped = _take_escaped(page, layer) if Sign.ESCAPED in signs else set()
    for start, end, text in base64_texts(page.joined, page.work):
        index = page.text_at(start)
        if index not in escaped:
            begins = page.starts[index]
            layer.add(text, page.origin_at(index).within("base64", Run(start - begins, end - begins)))


def _take_escaped(page: Page, layer: Layer) -> set[int]:
    taken = set()
    for index, text in enumerate(page.texts):
        for how, mark, decode in DECODERS:
            marks = text.count(mark)
            if not marks:
                continue
            page.work.spend(Cost.CANDIDATE * (1 + marks // _MARKS))
            if _take_decoded(page, index, how, decode, layer):
                taken.add(index)
                break
    return taken


def _take_decoded(page: Page, index: int, how: str, decode: Callable[[str], list[Decoded]], layer: Layer) -> bool:
    text = page.texts[index]
    decoded = "".join([piece for piece, _ in decode(text)])
    if decoded == text:
        return False
    layer.add(
        decoded,
        page.origin_at(index).within(how, Pieces(lambda: ((len(piece), width) for piece, width in decode(text)))),
    )
    return True
