"""Runs of base64 in a text, standard or URL-safe, with or without padding, over several lines or not."""

import binascii
from collections.abc import Iterator

import re2

from events.pii.detection.gate import BASE64_OF_TEXT, SHORTEST_BASE64, options
from events.pii.detection.work import Cost, Work

_RUN = re2.compile(rb"[A-Za-z0-9+/_-]{12,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}", options())
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def base64_texts(text: bytes, work: Work) -> Iterator[tuple[int, int, str]]:
    """Each run that decodes to text: where it begins and ends, and the text. Raises TooMuchError."""
    if not BASE64_OF_TEXT.search(text):
        return
    for found in _RUN.finditer(text):
        start, end = found.span()
        run = text[start:end]
        decoded = _decoded(run, work)
        if decoded is not None:
            yield start, end, decoded
        else:
            yield from _in_parts(run, start, work)


def _in_parts(run: bytes, start: int, work: Work) -> Iterator[tuple[int, int, str]]:
    """A run may be one segment of a path or stand behind a prefix: `/files/<base64>`, `id-<base64>`."""
    for part in run.replace(b"-", b"/").replace(b"_", b"/").split(b"/"):
        if len(part) >= SHORTEST_BASE64 and len(part) < len(run):
            decoded = _decoded(part, work)
            if decoded is not None:
                yield start, start + len(part), decoded
        start += len(part) + 1


def _decoded(run: bytes, work: Work) -> str | None:
    if not BASE64_OF_TEXT.search(run):
        return None
    work.spend(Cost.CANDIDATE)
    plain = run.translate(_URL_SAFE, b"=\r\n")
    usable = len(plain) - (len(plain) % 4 == 1)
    try:
        return binascii.a2b_base64(plain[:usable] + b"=" * (-usable % 4)).decode()
    except ValueError:
        return None
