"""A client that costs little: requests made beforehand, over connections that stay open."""

import socket
import threading
import time
from collections.abc import Sequence

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 30.0


class RefusedError(Exception):
    """The server answered something else than 202. Its text is the status line."""


def request(path: str, content_type: str, body: bytes, key: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def drive(port: int, requests: Sequence[bytes], connections: int) -> float:
    """Send them all, so many at a time; the seconds it took. Raises RefusedError."""
    shares = [requests[start::connections] for start in range(connections)]
    failed: list[Exception] = []
    threads = [threading.Thread(target=_connection, args=(port, share, failed)) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return time.perf_counter() - started


def _connection(port: int, requests: Sequence[bytes], failed: list[Exception]) -> None:
    try:
        with socket.create_connection((HOST, port), timeout=TIMEOUT_SECONDS) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for each in requests:
                sock.sendall(each)
                _answer(sock)
    except (OSError, RefusedError) as error:
        failed.append(error)


def _answer(sock: socket.socket) -> None:
    head, _, body = _until_head(sock).partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 202"):
        raise RefusedError(head.split(b"\r\n")[0].decode())
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    missing = length - len(body)
    while missing > 0:
        missing -= len(_received(sock))


def _until_head(sock: socket.socket) -> bytes:
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _received(sock)
    return answer


def _received(sock: socket.socket) -> bytes:
    some = sock.recv(65536)
    if not some:
        raise ConnectionResetError("the server closed the connection")
    return some
