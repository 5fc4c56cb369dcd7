"""A JSON value taken apart, so that versions of it share what they have in common."""

from typing import Any

from events.schemas.parts.chunks import chunks
from events.schemas.parts.digest import chunk_digest, root_digest
from events.schemas.parts.text import text_of

Json = Any


def split(value: Json) -> tuple[str, dict[str, str]]:
    """The root's digest, and all parts by their digests. Equal texts have equal roots. Raises PartsError.

    Two levels: the root's content names the chunks, a line each; a chunk's content is a piece of the text. Content is
    never searched for names, so nothing in a value can pass for one.
    """
    pieces = [(chunk_digest(piece), piece) for piece in chunks(text_of(value))]
    names = "\n".join(digest for digest, _ in pieces)
    root = root_digest(names)
    return root, {root: names, **dict(pieces)}
