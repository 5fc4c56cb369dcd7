"""What gunicorn answers itself, for what never becomes a request: a problem as the API's own, which quotes nothing.

A URL of more than 8190 characters is the one that people meet: many filters, each percent-encoded.
"""

import json
import socket
from contextlib import suppress
from http import HTTPStatus

from gunicorn import util  # type: ignore[import-untyped]

from events.api.problem_types import BY_CODE

CODES = {400: "bad-request", 414: "uri-too-long", 431: "headers-too-large", 500: "internal-error"}
DETAILS = {
    400: "this is no HTTP request that can be understood",
    414: "the URL is too long: say the rest in a body, or narrow it otherwise",
    431: "there are too many headers, or one is too large",
    500: "an unforeseen error",
}


def answer_problems() -> None:
    """Have gunicorn write problem documents. It has no setting for that; its workers look this function up by name."""
    util.write_error = write_problem


def write_problem(client: socket.socket, status: int, _reason: str, _message: str) -> None:
    """In place of `gunicorn.util.write_error`, whose page would quote the request back."""
    body = json.dumps(_problem(status)).encode()
    head = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
    ]
    _take_the_rest(client)
    util.write_nonblock(client, "\r\n".join([*head, "", ""]).encode() + body)


def _take_the_rest(client: socket.socket) -> None:
    """Whoever hangs up on what is not read yet resets the connection, and the answer may be lost with it."""
    client.setblocking(False)
    with suppress(OSError):
        for _ in range(16):
            if not client.recv(65_536):
                return


def _problem(status: int) -> dict[str, str | int]:
    title, code = HTTPStatus(status).phrase, CODES.get(status, "bad-request")
    type_ = f"/problems/{code}" if BY_CODE[code].status == status else "about:blank"
    return {"type": type_, "title": title, "status": status, "detail": DETAILS.get(status, title), "code": code}
