"""Credentials in URLs and connection strings."""

from collections.abc import Iterator

import re2

from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.reading.page import Page

_USER_INFO = re2.compile(rb"[A-Za-z][A-Za-z0-9+.-]{0,30}://([^\s/?#\x1f@]*(?::[^\s\x1f@/]*)?)@[^\s\x1f/@]", options())
# A password may hold what a URL may not: up to the last `@` before the host.
_PASSWORD = re2.compile(rb"://([^\s/?#\x1f@:]*:[^\s\x1f\"'<>]*)@[A-Za-z0-9\xff\[][A-Za-z0-9\xff.:_-]*", options())
_SECRET = (
    rb"(?:pass(?:word|wd|phrase)?|pwd|secret|(?:x-)?api[_-]?key|(?:access|auth|refresh|id|session|bearer)[_-]?token|token"
    rb"|account[_-]?key|shared[_-]?access[_-]?key|access[_-]?key|client[_-]?secret|private[_-]?key|sig|signature"
    rb"|x-amz-(?:signature|credential|security-token)|secret[_-]?(?:access[_-]?)?key)"
)
_ASSIGNED = re2.compile(
    rb"(?i:[A-Za-z0-9_.-]{0,40}" + _SECRET + rb")[\"']?[ ]?=[ ]?[\"']?([^\s\x1f\"'&;,<>(){}\[\]]{4,})", options()
)


# `password: hunter2`: with a letter and a digit, since a colon is followed by all sorts of things.
_SAID = re2.compile(
    rb"(?i:" + _SECRET + rb")(?:[\"'][ ]?|[ ])?:=?(?:[ ]{0,3}[\"']|[ ]{1,3})([^\s\x1f\"'&;,<>(){}\[\]]{6,})",
    options(),
)
_MIXED = re2.compile(rb"[A-Za-z]\S*\d|\d\S*[A-Za-z]", options())
# What tells how far a list was read: `nextPageToken=`.
_OF_PAGES = re2.compile(
    rb"(?:page|next|prev|previous|continue|continuation|pagination|sync|cursor)[_-]?token[\"']?[ ]?[:=]{1,2}"
    rb"[ ]{0,3}[\"']?$",
    options(case_sensitive=False),
)
_LONGEST_NAME = 60
# Switches, what is hidden already, and where a secret is kept.
_NO_SECRET = re2.compile(rb"^(?i:true|false|none|null|nil|undefined)$|^[*]+$", options())
_KEPT_AT = re2.compile(rb"^[a-z_.-]{3,}/", options())


def user_infos(page: Page) -> Iterator[Hit]:
    """`user:password` between `://` and `@`, and what stands there alone: a token."""
    for start, end in page.spans(_USER_INFO, Kind.URL_CREDENTIALS, 1):
        if page.joined[start:end] not in {b"", b"git"}:
            yield start, end, Kind.URL_CREDENTIALS
    for span in page.spans(_PASSWORD, Kind.URL_CREDENTIALS, 1):
        yield (*span, Kind.URL_CREDENTIALS)


def assigned(page: Page) -> Iterator[Hit]:
    """`password=...` and the like, in a query, a connection string or a line of settings; `password: ...` in a log."""
    for start, end in page.spans(_ASSIGNED, Kind.URL_CREDENTIALS, 1):
        if not (_NO_SECRET.search(page.joined[start:end]) or _tells_a_page(page, start)):
            yield start, end, Kind.URL_CREDENTIALS
    for start, end in page.spans(_SAID, Kind.URL_CREDENTIALS, 1):
        value = page.joined[start:end]
        if _MIXED.search(value) and not (_KEPT_AT.search(value) or _tells_a_page(page, start)):
            yield start, end, Kind.URL_CREDENTIALS


def _tells_a_page(page: Page, start: int) -> bool:
    return _OF_PAGES.search(page.before(start, _LONGEST_NAME)) is not None
