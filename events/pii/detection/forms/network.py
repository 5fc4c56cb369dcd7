"""Addresses of machines: IPv4, IPv6 and MAC."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

import re2

from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import options
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page

_OCTET = rb"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re2.compile(_OCTET + rb"(?:\." + _OCTET + rb"){3}", options())
_IPV6 = re2.compile(
    rb"(?:[0-9A-Fa-f]{0,4}:){2,8}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4})(?:%[0-9A-Za-z]{1,16})?", options()
)
# The end of a chain of hexadecimal digits, and not of a word: `device:00:1b:...`.
_LINK = re2.compile(rb"(?:^|[^0-9A-Za-z])[0-9A-Fa-f]{1,4}$", options())
_JOINTS = frozenset({b"-", b"_"})
_MACHINE = re2.compile(
    rb"(?:^|[^a-z0-9])(?:ip|ipv4|ipaddr|addr|address|host|hostname|node|server|client|peer|remote|machine|vm|gateway|gw"
    rb"|router|proxy|src|dst|origin|user|visitor|session|login|device|worker|pod|endpoint)[-_]$",
    options(case_sensitive=False),
)
_MAC = re2.compile(
    rb"(?:\b|_)(?:(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})",
    options(),
)


def ipv4(page: Page) -> Iterator[Hit]:
    joined = page.joined
    for start, end in page.spans(_IPV4, Kind.IPV4):
        if (page.is_all(start, end) or _is_apart(joined, start, end)) and not _is_version(page, start):
            yield start, end, Kind.IPV4


def _is_apart(joined: bytes, start: int, end: int) -> bool:
    left, right = joined[start - 1 : start], joined[end : end + 2]
    if left.isalnum() or left == b".":
        return False
    return not (left in _JOINTS or _goes_on(right)) or _is_in_name(joined, start, end)


def _goes_on(right: bytes) -> bool:
    if right[:1].isalnum() or right[:1] == b"_":
        return True
    return right[:1] in {b".", b"-", b"+"} and right[1:].isalnum()


def _is_in_name(joined: bytes, start: int, end: int) -> bool:
    """Whether an address is a part of an identifier that says so: `host-10.0.0.1`. Else it may be a version."""
    right = joined[end : end + 2]
    if right[:1].isalnum() or (right[:1] in {b".", b"+"} and right[1:].isalnum()):
        return False
    return _MACHINE.search(joined[max(0, start - 20) : start]) is not None


def _is_version(page: Page, start: int) -> bool:
    return page.speaks_near((start, start), Hint.VERSION, 20, 0)


def ipv6(page: Page) -> Iterator[Hit]:
    joined = page.joined
    for start, end in page.spans(_IPV6, Kind.IPV6):
        # A colon after may belong to the sentence: `fe80::1: refused`.
        while joined[end - 1 : end] == b":" and joined[end - 2 : end] != b"::":
            end -= 1
        left, right = joined[start - 1 : start], joined[end : end + 2]
        if left.isalnum() or left in {b"_", b":"} or right[:1].isalnum() or (right[:1] == b"." and right[1:].isdigit()):
            continue
        if _is_ipv6(joined[start:end]):
            yield start, end, Kind.IPV6


def _is_ipv6(text: bytes) -> bool:
    """Without a digit it is rather a scope in some programming language: `add::dead`."""
    address = text.partition(b"%")[0].decode()
    if not any(character.isdigit() for character in address):
        return False
    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return True


def macs(page: Page) -> Iterator[Hit]:
    joined = page.joined
    for start, end in page.spans(_MAC, Kind.MAC):
        start += joined[start : start + 1] == b"_"
        left, right = joined[start - 1 : start], joined[end : end + 1]
        if left.isalnum() or right.isalnum() or ({left, right} & {b":", b"-", b"."} and _joined_on(joined, start, end)):
            continue
        if joined[start + 2 : start + 3] == b":" or not joined[start:end].translate(None, b"-.").isdigit():
            yield start, end, Kind.MAC


def _joined_on(joined: bytes, start: int, end: int) -> bool:
    """Whether a fingerprint or another longer chain goes on before or after."""
    right, separator = joined[end : end + 2], joined[start + 2 : start + 3]
    if right[:1] == separator and right[1:].isalnum():
        return True
    return joined[start - 1 : start] == separator and _LINK.search(joined[max(0, start - 6) : start - 1]) is not None
