"""The demo's web as it would be elsewhere: the same installation, taken in by another environment's rules."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import requests

from controlplane.embedded.child import Child
from controlplane.embedded.ports import LOOPBACK, free_port
from tests.browser.demo import Demo, eventually
from tests.quickstart.demo_run import environment

SERVE = (
    '. .quickstart/env.sh && ENVIRONMENT="$1" exec "$0" -m gunicorn -c python:controlplane.gunicorn '
    'controlplane.wsgi:application --bind "$2"'
)
# Plain http on loopback, as the demo itself has it.
PLAIN = {"SECURE_COOKIES": "false", "SECURE_SSL_REDIRECT": "false", "PYTHONWARNINGS": "ignore:No directory at"}


@contextmanager
def webs(demo: Demo, *names: str) -> Iterator[dict[str, Demo]]:
    """By environment, the demo as it answers there; what takes events in runs until the end."""
    with ExitStack() as stack:
        addresses = {name: f"{LOOPBACK}:{free_port()}" for name in names}
        for name, address in addresses.items():
            stack.callback(_started(demo, name, address).stop)
        for address in addresses.values():
            eventually(lambda address=address: _serves(address), f"no web at {address}")  # type: ignore[misc]
        yield {name: demo.seen_by(web=f"http://{address}") for name, address in addresses.items()}


def _started(demo: Demo, name: str, address: str) -> Child:
    command = ["/bin/sh", "-c", SERVE, sys.executable, name, address]
    return Child(name, command, env=environment(**PLAIN), cwd=demo.checkout)


def _serves(address: str) -> bool:
    try:
        return requests.get(f"http://{address}/healthz", timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False
