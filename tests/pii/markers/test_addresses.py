"""H30: what an address holds is in no line of the web server as deployments run it."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.api.serving import serving
from tests.pii.markers.addresses import as_bytes
from tests.pii.markers.search import Place, find


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """All that the server wrote, at DEBUG, about requests full of markers."""
    written: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOG_LEVEL", "DEBUG")
        with serving("sqlite://:memory:", sink=written.append) as url:
            where = urlsplit(url)
            for request in as_bytes():
                _send(str(where.hostname), where.port or 0, request)
    return written


def _send(host: str, port: int, request: bytes) -> None:
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(request + b"Connection: close\r\n\r\n")
        while connection.recv(65_536):
            pass


def test_h30_no_line_holds_a_marker(lines: list[str]) -> None:
    hits = find(Place("the web server", line) for line in lines)

    assert hits == [], "\n".join(map(str, hits[:20]))


def test_a_line_says_which_route_was_asked_for(lines: list[str]) -> None:
    told: list[dict[str, Any]] = [json.loads(line) for line in lines if line.startswith("{")]

    answered = {line["route"] for line in told if line["event"] == "request.answered"}
    refused = {line["route"] for line in told if line["event"] == "django.request"}
    assert {"/api/v1/pii/schemas/<path:type>/<str:version>", "/api/v1/events", "/api/", "(none)"} <= answered
    assert {"/api/v1/pii/schemas/<path:type>/<str:version>", "/api/", "/admin/…"} <= refused
    assert {line["event"] for line in told if line.get("message") == "Invalid request"} == {"gunicorn.error"}
