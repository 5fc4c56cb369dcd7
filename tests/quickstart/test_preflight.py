import socket

import pytest

from controlplane.embedded.ports import is_free
from controlplane.quickstart.errors import QuickstartError
from controlplane.quickstart.preflight import CREDENTIALS, DEFAULT_PORT, refuse_real_aws, web_port


@pytest.mark.parametrize("name", CREDENTIALS)
def test_it_refuses_every_way_to_be_somebody_at_aws(name: str) -> None:
    with pytest.raises(QuickstartError, match=name):
        refuse_real_aws({name: "something"})


def test_it_takes_credentials_for_an_endpoint_that_is_named() -> None:
    refuse_real_aws({"AWS_ACCESS_KEY_ID": "id", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"})


def test_it_takes_an_environment_without_aws() -> None:
    refuse_real_aws({"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": ""})


def test_a_taken_default_moves_to_a_free_port_and_says_so() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_free(DEFAULT_PORT):
            other.bind(("127.0.0.1", DEFAULT_PORT))
            other.listen()

        port = web_port({})

    assert port.number != DEFAULT_PORT
    assert str(port.number) in port.note


def test_a_port_that_was_asked_for_is_never_replaced() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])

        with pytest.raises(QuickstartError, match=taken):
            web_port({"PORT": taken})


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "80.5"])
def test_a_port_must_be_one(port: str) -> None:
    with pytest.raises(QuickstartError, match="not a port number"):
        web_port({"PORT": port})
