"""Where tokens stand in an event's data."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from events.envelope.json_text import escape
from events.pii.protection.data import ROOT
from events.pii.protection.names import place_of_name
from events.pii.tokens import TOKEN


class TokenText(NamedTuple):
    """A string of the event that holds tokens; `bound` is the place that they are bound to."""

    pointer: str
    value: str
    bound: str
    is_name: bool = False


def token_texts(document: Any) -> Iterator[TokenText]:
    """The strings and names of a document that hold tokens."""
    stack = [(ROOT, document)]
    while stack:
        pointer, node = stack.pop()
        if isinstance(node, str):
            if TOKEN.search(node):
                yield TokenText(pointer, node, pointer)
        elif isinstance(node, list):
            stack += [(f"{pointer}/{index}", value) for index, value in enumerate(node)]
        elif isinstance(node, dict):
            below = {f"{pointer}/{escape(name)}": name for name in node}
            stack += zip(below, node.values(), strict=True)
            bound = place_of_name(pointer)
            yield from (TokenText(place, name, bound, True) for place, name in below.items() if TOKEN.search(name))
