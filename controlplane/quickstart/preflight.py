"""What is checked before anything starts."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from controlplane.embedded.ports import LOOPBACK, free_port, is_free
from controlplane.quickstart.errors import QuickstartError

DEFAULT_PORT = 8000
ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EVENTBRIDGE")
# Each gives a program that uses AWS's libraries an identity.
CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
)


@dataclass(frozen=True, slots=True)
class Port:
    """Where the web will listen, and what to say about the choice."""

    number: int
    note: str = ""


def aws_endpoint(environment: Mapping[str, str]) -> str | None:
    """The endpoint that the environment names for EventBridge, if any."""
    return next((environment[name] for name in ENDPOINTS if environment.get(name)), None)


def refuse_real_aws(environment: Mapping[str, str]) -> None:
    """Raises QuickstartError where demo events could reach, and be paid for by, somebody's account."""
    named = [name for name in CREDENTIALS if environment.get(name)]
    if named and aws_endpoint(environment) is None:
        raise QuickstartError(
            f"This environment holds AWS credentials ({', '.join(named)}), and the demo must not touch a real account. "
            f"Unset them, or say where the demo's events may go with AWS_ENDPOINT_URL."
        )


def listen(environment: Mapping[str, str]) -> tuple[Port, socket.socket]:
    """The web's port with a socket that listens there from now on: nobody else can take it before the web is up."""
    port = web_port(environment)
    try:
        return port, socket.create_server((LOOPBACK, port.number), backlog=128)
    except OSError:
        return listen(environment)


def web_port(environment: Mapping[str, str]) -> Port:
    """PORT if it is set, which must then be free; else 8000, or a free one where that is taken."""
    asked = environment.get("PORT", "")
    if not asked:
        if is_free(DEFAULT_PORT):
            return Port(DEFAULT_PORT)
        port = free_port()
        return Port(port, f"Port {DEFAULT_PORT} is taken: the web is on {port}. PORT= chooses another.")
    if not asked.isdecimal() or not 0 < int(asked) < 65_536:
        raise QuickstartError(f"PORT={asked} is not a port number.")
    if not is_free(int(asked)):
        raise QuickstartError(f"PORT={asked}: something else listens there, or you may not.")
    return Port(int(asked))
