"""What is answered before anything of ours has seen a request: by gunicorn, on a socket. H20."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from events.api.problem_types import BY_CODE
from tests.api.contract import document
from tests.api.serving import serving

SECRET = "marker-4711"


@pytest.fixture(scope="module")
def address(django_db_setup: None) -> Iterator[tuple[str, int]]:
    with serving("sqlite://:memory:") as url:
        where = urlsplit(url)
        yield str(where.hostname), int(where.port or 0)


def sent(address: tuple[str, int], request: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer; the server hangs up after it."""
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request.encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (f"GET /api/v1/events?subject={SECRET}{'x' * 8200} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "uri-too-long"),
        (f"{SECRET}\r\n\r\n", 400, "bad-request"),
        (f"GET / HTTP/1.1\r\n{SECRET} : x\r\n\r\n", 400, "bad-request"),
        (f"GET / HTTP/1.1\r\nX-A: {SECRET}{'x' * 9000}\r\n\r\n", 431, "headers-too-large"),
        ("GET / HTTP/1.1\r\n" + "".join(f"X-{n}: x\r\n" for n in range(200)) + "\r\n", 431, "headers-too-large"),
    ],
    ids=["long URL", "no request", "a bad header", "a long header", "many headers"],
)
def test_it_is_a_problem_that_quotes_nothing(address: tuple[str, int], request_: str, status: int, code: str) -> None:
    found, headers, body = sent(address, request_)

    assert (found, headers["Content-Type"]) == (status, "application/problem+json")
    assert int(headers["Content-Length"]) == len(body)
    problem = json.loads(body)
    assert (problem["code"], problem["status"], problem["type"]) == (code, status, f"/problems/{code}")
    assert BY_CODE[code].status == status
    assert SECRET not in body.decode()
    Draft202012Validator({"$ref": "#/components/schemas/Problem", **document()}).validate(problem)


def test_a_url_as_long_as_may_be_is_read(address: tuple[str, int]) -> None:
    path = "/api/v1/nothing?x="
    line = f"GET {path}{'x' * (8190 - len(f'GET {path} HTTP/1.1'))} HTTP/1.1"

    found, _, body = sent(address, f"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert (len(line), found, json.loads(body)["code"]) == (8190, 404, "not-found")
