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


def user_infos(page: Page) -> Iterator[Hit]:
    """`user:password` between `://` and `@`, and what stands there alone: a token."""
    for start, end in page.spans(_USER_INFO, Kind.URL_CREDENTIALS, 1):
        if page.joined[start:end] not in {b"", b"git"}:
            yield start, end, Kind.URL_CREDENTIALS
    for span in page.spans(_PASSWORD, Kind.URL_CREDENTIALS, 1):
        yield (*span, Kind.URL_CREDENTIALS)


def assigned(page: Page) -> Iterator[Hit]:
    """`password=...` and the like, in a query, a connection string or a line of settings."""
    for span in page.spans(_ASSIGNED, Kind.URL_CREDENTIALS, 1):
        yield (*span, Kind.URL_CREDENTIALS)
