"""The servers of the demo: those that the environment names, which are used and never touched, else our own."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from controlplane.embedded.errors import EmbeddedError
from controlplane.embedded.moto import MotoServer
from controlplane.embedded.nats import NatsServer
from controlplane.embedded.ports import is_free
from controlplane.embedded.server import Server
from controlplane.embedded.valkey import ValkeyServer
from controlplane.quickstart.errors import QuickstartError
from controlplane.quickstart.folder import Folder
from controlplane.quickstart.output import Output
from controlplane.quickstart.preflight import aws_endpoint

BUS = "oms"


@dataclass
class Servers:
    """Where each is, and which are ours to stop."""

    nats: str = ""
    redis: str = ""
    aws: str = ""
    own: list[Server] = field(default_factory=list)

    def __iter__(self) -> Iterator[Server]:
        return iter(self.own)

    def urls(self) -> dict[str, str]:
        return {"nats": self.nats, "redis": self.redis, "aws": self.aws}

    def have_stream(self, name: str) -> bool:
        """Whether the relay has made its stream; on a server that is not ours that is not for us to wait for."""
        return all(server.has_stream(name) for server in self.own if isinstance(server, NatsServer))

    @property
    def own_aws(self) -> bool:
        return any(isinstance(server, MotoServer) for server in self.own)


def start(servers: Servers, folder: Folder, environment: Mapping[str, str], output: Output) -> None:
    """Fill in `servers`, which knows at any moment what has been started. Raises QuickstartError."""
    last = folder.recall()

    def own(kind: type[NatsServer | ValkeyServer | MotoServer], name: str) -> str:
        server = kind(folder.part(name), port=_again(last.get(name)), sink=output.sink(name))
        servers.own.append(server)
        server.start()
        if isinstance(server, MotoServer):
            server.create_bus(BUS)
        return server.url

    try:
        servers.nats = _named(environment.get("NATS_URL"), 4222) or own(NatsServer, "nats")
        broker = environment.get("REDIS_URL") or environment.get("CELERY_BROKER_URL")
        servers.redis = _named(broker, 6379) or own(ValkeyServer, "redis")
        servers.aws = _named(aws_endpoint(environment), 443) or own(MotoServer, "aws")
    except EmbeddedError as error:
        raise QuickstartError(str(error)) from error


def _again(url: object) -> int:
    """The port of the last run if it is free, so that what was noted down stays true; else 0, any."""
    with suppress(ValueError, TypeError):
        port = urlsplit(str(url)).port if url else None
        if port and is_free(port):
            return port
    return 0


def _named(url: str | None, default_port: int) -> str | None:
    """A server that the environment names, which must answer: nothing is started in its stead."""
    if not url:
        return None
    # A list of servers, of which the first stands for all.
    first = url.split(",")[0]
    where = urlsplit(first if "://" in first else f"nats://{first}")
    try:
        socket.create_connection((where.hostname or "", where.port or default_port), timeout=3.0).close()
    except (OSError, ValueError) as error:
        shown = f"{where.hostname}:{where.port or default_port}"
        raise QuickstartError(f"The environment names a server at {shown}, which does not answer: {error}") from error
    return url
