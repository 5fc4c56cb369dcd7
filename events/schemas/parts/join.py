"""A value put together from its parts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from events.schemas.parts.digest import DIGEST, chunk_digest, root_digest
from events.schemas.parts.errors import PartsError
from events.schemas.parts.text import value_of

Json = Any
Parts = Callable[[Iterable[str]], Mapping[str, str]]


def join(root: str, parts: Parts) -> Json:
    """The value that `split` gave this root, members in their order. `parts` is asked twice: the root, all chunks.

    Raises PartsError where a part is missing or its content is not what its digest names.
    """
    names = _content(root, parts([root]), root_digest).split("\n")
    if not all(map(DIGEST.fullmatch, names)):
        raise PartsError(f"{root} names no parts")
    distinct = dict.fromkeys(names)
    found = parts(distinct)
    pieces = {name: _content(name, found, chunk_digest) for name in distinct}
    return value_of("".join(pieces[name] for name in names))


def _content(digest: str, found: Mapping[str, str], digest_of: Callable[[str], str]) -> str:
    content = found.get(digest)
    if content is None:
        raise PartsError(f"part {digest} is missing")
    if digest_of(content) != digest:
        raise PartsError(f"part {digest} is not what it was")
    return content
