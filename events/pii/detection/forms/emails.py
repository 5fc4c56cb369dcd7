"""E-mail addresses."""

from collections.abc import Iterator

import re2

from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.reading.page import Page

# \xff is a letter beyond ASCII: accepted as a whole local part and in domains.
_EMAIL = re2.compile(
    rb"(?:[A-Za-z0-9_][A-Za-z0-9._+'~-]*|\xff[\xff0-9._-]*|\"[^\"\r\n\x1f]{1,64}\")@"
    rb"(?:(?:[A-Za-z0-9\xff_-]+\.)+(?:xn--[A-Za-z0-9-]{2,}|[A-Za-z]{2,24}|\xff{2,24})|\[[0-9A-Fa-f.:]{7,45}\])",
    options(),
)
# `lodash@4.17.21.Final`: the version of a package.
_VERSION = re2.compile(rb"^\d+(?:\.\d+)+\.[A-Za-z]+$", options())
# `deploy@host:shop/cart.git`: whoever fetches a repository over SSH is the same for all.
_OF_REPOSITORY = re2.compile(rb"^[:/][A-Za-z0-9._~/+-]*\.git(?:$|[^A-Za-z0-9])", options())
_LONGEST_REPOSITORY = 200
# `icon@2x.png`, `getty@tty1.service`: the last label of a file, not of a domain.
_FILES = frozenset(
    b"png jpg jpeg gif svg webp ico css js mjs ts tsx jsx json map html htm py rb java class jar so dll exe md txt yml "
    b"yaml xml toml lock log service socket timer target mount slice scope pdf mp3 mp4".split()
)
# `\njane@example.com`, where a text was escaped and never read as what it was.
_ESCAPES = frozenset({rb"\n", rb"\r", rb"\t"})


def emails(page: Page) -> Iterator[Hit]:
    joined = page.joined
    for start, end in page.spans(_EMAIL, Kind.EMAIL, mark=b"@"):
        start += joined[start - 1 : start + 1] in _ESCAPES and joined[start + 1 : start + 2] != b"@"
        if not _is_file(joined, start, end) and not _is_repository(joined, start, end):
            yield start, end, Kind.EMAIL


def _is_file(joined: bytes, start: int, end: int) -> bool:
    last = joined[start:end].rpartition(b".")[2].lower()
    # A domain ends in letters, `mp4` does not.
    if last in _FILES or last + joined[end : end + 1] in _FILES:
        return True
    domain = joined.rfind(b"@", start, end) + 1
    return joined[domain : domain + 1].isdigit() and _VERSION.search(joined[domain:end]) is not None


def _is_repository(joined: bytes, start: int, end: int) -> bool:
    """`git@host:path` and `git@host/path`: the one user that is nobody."""
    if joined[end : end + 1] not in {b":", b"/"}:
        return False
    followed = joined[end : end + _LONGEST_REPOSITORY]
    return joined[start : start + 4] == b"git@" or _OF_REPOSITORY.search(followed) is not None
