"""Free loopback ports."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether nothing listens there, on loopback or on all addresses."""
    for address in (LOOPBACK, ""):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def free_port() -> int:
    """A port that nothing listens on, below the range the kernel hands to outgoing connections.

    A server that is restarted on its port could otherwise find a client's connection sitting there.
    """
    highest = _first_ephemeral() - 1
    for _ in range(200):
        port = random.randint(15_000, highest)  # noqa: S311 - not a secret
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def accepts(port: int, seconds: float = 0.5) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=seconds).close()
    except OSError:
        return False
    return True


def _first_ephemeral() -> int:
    try:
        first = int(EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768
    return first if first > 20_000 else 32_768
