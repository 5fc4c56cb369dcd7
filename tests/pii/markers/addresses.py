"""Markers in what requests are addressed by: paths, queries, methods and headers."""

from collections.abc import Iterator
from itertools import cycle, product
from urllib.parse import quote

from django.test import Client

from tests.pii.markers.made import JWT
from tests.pii.markers.refusals import CARD, MAIL

_PATHS = (
    "/{}", "/api/v1/{}", "/api/{}/v1", "/api/v1/events/{}", "/api/v1/events/{}/reveal", "/api/v1/deliveries/{}",
    "/api/v1/pii/schemas/{}/1.0.0", "/api/v1/schemas/types/{}", "/api/v1/status/destinations/{}", "/problems/{}",
    "/admin/{}/", "/admin/events/outboxentry/{}/change/", "/admin/events/outboxentry/{}/reveal/", "/static/{}",
    "/api/v1/events?subject={}", "/api/v1/events?q={}", "/api/v1/events?{}=1", "/admin/login/?next=/{}",
    "/admin/events/outboxentry/?q={}", "/admin/events/outboxentry/?q={}%00", "/healthz?{}", "/readyz/{}",
)  # fmt: skip
_VALUES = (MAIL, CARD, JWT, "https://quagga:Zebra-4711-pw@db.tests.example/x")


def _address(path: str, value: str, safe: str = "") -> str:
    return path.format(quote(value, safe=safe))


def ask(client: Client) -> None:
    """In each place of an address, by a method that may fit and one that does not."""
    for path, value in zip(_PATHS, cycle(_VALUES), strict=False):
        client.get(_address(path, value))
        client.put(_address(path, value), b"", content_type="text/plain")


def forge() -> None:
    """Requests that Django itself refuses, and a login that fails."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    login = f"/admin/login/?next=/{quote(MAIL)}"
    statuses = [
        browser.get(f"/{MAIL}", headers={"host": f"{MAIL} {JWT}"}).status_code,
        browser.post(login, {"a": 1}, headers={"origin": f"https://{MAIL}"}).status_code,
        browser.post(login, {"a": 1}, secure=True, headers={"referer": f"https://{MAIL}/"}).status_code,
        Client().post(login, {"username": MAIL, "password": JWT}).status_code,
    ]
    assert statuses == [400, 403, 403, 200]


def as_bytes() -> Iterator[bytes]:
    """Requests as they go over a connection, among them some that are none."""
    for path, value, safe in product(_PATHS, _VALUES, ("", "@:+")):
        yield f"GET {_address(path, value, safe)} HTTP/1.1\r\nHost: localhost\r\nReferer: http://x/{quote(MAIL)}\r\n".encode()
    for line in (
        MAIL,
        f"GET /{MAIL}",
        f"GET /{MAIL} HTTP/9.1",
        f"{MAIL} / HTTP/1.1",
        f"GET /{MAIL}{'x' * 9000} HTTP/1.1",
    ):
        yield f"{line}\r\nHost: localhost\r\n".encode()
    yield f"GET /{MAIL} HTTP/1.1\r\nHost: localhost\r\n{MAIL} : x\r\n".encode()
    yield f"POST /{MAIL} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {JWT}\r\n".encode()
    yield f"GET /{MAIL} HTTP/1.1\r\nHost: localhost\r\nExpect: {MAIL}\r\n".encode()
