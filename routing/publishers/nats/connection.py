"""A connection to NATS that never reconnects. The only module that knows the client library.

nats-py buffers while it reconnects and writes out its buffer when it closes. Both would put a message on the wire
after its answer was given, so a lost connection stays lost, and `discard` cuts the transport under the client.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import nats.errors
import orjson
from nats.aio.client import Client, RawCredentials
from nats.aio.msg import Msg

from routing.publishers.nats.config import NatsConfig
from routing.publishers.nats.loop import opened
from routing.publishers.nats.stream import Answer
from routing.publishers.port import Failure, Outcome
from routing.publishers.secrets import SecretMissingError, SecretRef

Publish = Callable[[str, bytes, str, dict[str, str]], Awaitable[None]]
Take = Callable[[str, bytes, bool], None]
"""Takes an answer: its subject, its payload, and whether it says that nobody answers."""

API_TIMEOUT = 2
PING_SECONDS = 10
# A writer never waits longer for the client's own flusher: when that has died with the connection, it never answers.
FLUSH_SECONDS = 1.0
CLOSE_SECONDS = 0.5
# Reset instead of an orderly end: what the kernel has not sent yet is dropped as well.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)

JETSTREAM_OFF: Answer = {"error": {"err_code": 10076, "description": "nobody answers for JetStream"}}
API_SILENT: Answer = {"error": {"err_code": 10008, "description": "JetStream does not answer"}}

CONNECT_ERRORS = (nats.errors.Error, OSError, asyncio.TimeoutError, ValueError, ImportError, SecretMissingError)
WRITE_ERRORS = (nats.errors.Error, OSError)


def unreachable(code: str, message: str) -> Failure:
    return Failure(Outcome.UNREACHABLE, code, message)


class Answers(asyncio.Future[Msg]):
    """Takes every message of a subscription at once, in the reader's own step.

    `subscribe(cb=...)` puts each message through a queue and a task; `subscribe(future=...)` hands it over directly,
    meant for a single answer. This future is never done, so it takes any number.
    """

    def __init__(self, take: Take) -> None:
        super().__init__()
        self.take = take

    def set_result(self, result: Msg) -> None:
        # A header on an answer is the status 503: nobody was there to answer.
        self.take(result.subject, result.data, bool(result.headers))


class Connection:
    """One TCP connection and its own inbox; once `lost` it stays lost."""

    def __init__(self, client: Client, transports: list[asyncio.Transport]) -> None:
        self._client = client
        self._transports = transports
        self._closing: asyncio.Task[None] | None = None
        self.publish: Publish = client.publish
        self.inbox = client.new_inbox() + "."
        self.max_payload = int(client.max_payload)

    @property
    def lost(self) -> bool:
        return self._closing is not None or not self._client.is_connected

    @property
    def holds_back(self) -> bool:
        """Whether something published is still here, neither written nor dropped."""
        unwritten = sum(transport.get_write_buffer_size() for transport in self._transports)
        return bool(unwritten or self._client.pending_data_size)

    async def listen(self, take: Take) -> None:
        """Have every answer to `inbox + token` taken. Raises one of CONNECT_ERRORS."""
        await self._client.subscribe(self.inbox + "*", future=Answers(take))
        await self._client.flush(timeout=API_TIMEOUT)

    async def ask(self, operation: str, request: object) -> Answer:
        """JetStream's API. Silence and the absence of JetStream are answers with an error too. Raises WRITE_ERRORS."""
        # Not `client.request`: its subscription has a task, and that outlives a client whose close was broken off.
        inbox, replied = self._client.new_inbox(), asyncio.get_running_loop().create_future()
        subscription = await self._client.subscribe(inbox, future=replied)
        body = b"" if request is None else orjson.dumps(request)
        await self._client.publish(f"$JS.API.{operation}", body, reply=inbox)
        try:
            message = await asyncio.wait_for(replied, API_TIMEOUT)
        except TimeoutError:
            return API_SILENT
        finally:
            with suppress(*WRITE_ERRORS):
                await subscription.unsubscribe()
        answer: Answer = JETSTREAM_OFF if message.headers else orjson.loads(message.data)
        return answer

    def discard(self) -> None:
        """Cut the connection and drop what was not written yet; nothing of it appears later."""
        if self._closing is None:
            cut(self._transports)
            self._closing = asyncio.get_running_loop().create_task(close(self._client))

    async def closed(self) -> None:
        """Discard and wait until the client has let go."""
        self.discard()
        assert self._closing is not None
        await self._closing


def cut(transports: list[asyncio.Transport]) -> None:
    for transport in transports:
        sock = transport.get_extra_info("socket")
        if sock is not None and not transport.is_closing():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        transport.abort()


async def close(client: Client) -> None:
    # On a cut transport the client's last flush fails, and with it the rest of its close; after a failed TLS handshake
    # it waits for ever.
    with suppress(nats.errors.Error, OSError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.close()


async def connect(config: NatsConfig, on_lost: Callable[[], None], on_error: Callable[[str], None]) -> Connection:
    """Raises one of CONNECT_ERRORS, within `connect_timeout`. `on_error` gets what the server complains of later."""
    client = Client()
    transports: list[asyncio.Transport] = []
    opened.set(transports)
    options = _options(config, on_lost, on_error)
    connected = False
    try:
        async with asyncio.timeout(config.connect_timeout):
            await client.connect(list(config.servers), **options)
        connected = True
    finally:
        if transports and not connected:
            cut(transports)
            await close(client)
    return Connection(client, transports)


def _options(config: NatsConfig, on_lost: Callable[[], None], on_error: Callable[[str], None]) -> dict[str, Any]:
    async def lost() -> None:
        on_lost()

    async def complained(error: Exception) -> None:
        if isinstance(error, nats.errors.Error):
            on_error(str(error))

    return {
        "allow_reconnect": False,
        "max_reconnect_attempts": 1,  # of the first connect: try each server, not for ever
        "reconnect_time_wait": 0,
        "connect_timeout": config.connect_timeout,
        "ping_interval": PING_SECONDS,
        "flush_timeout": FLUSH_SECONDS,
        "inbox_prefix": config.inbox_prefix,
        "closed_cb": lost,
        "error_cb": complained,
        **_login(config),
        **_tls(config),
    }


def _login(config: NatsConfig) -> dict[str, Any]:
    """Raises SecretMissingError. Secrets are read here, for this connection, and kept nowhere else."""
    known = config.credentials
    creds = _secret(known.creds)
    return {
        "user_credentials": RawCredentials(creds) if creds else None,
        "nkeys_seed_str": _secret(known.nkey),
        "user": known.user,
        "password": _secret(known.password),
        "token": _secret(known.token),
    }


def _secret(reference: SecretRef | None) -> str | None:
    return reference.resolve() if reference else None


def _tls(config: NatsConfig) -> dict[str, Any]:
    """Raises OSError for files that cannot be read or are not PEM."""
    if config.tls is None:
        return {}
    context = ssl.create_default_context(cafile=config.tls.ca)
    if config.tls.cert:
        context.load_cert_chain(config.tls.cert, config.tls.key)
    return {"tls": context, "tls_hostname": config.tls.hostname}


def explain(error: BaseException) -> Failure:
    """Why there is no connection. The error's own text may quote what it should not."""
    if isinstance(error, SecretMissingError):
        return unreachable("secret_missing", str(error))
    if isinstance(error, ssl.SSLError):
        return unreachable("tls_failed", "the TLS handshake failed")
    if "authorization" in str(error).lower():
        return unreachable("unauthorized", "the server refused the credentials")
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return unreachable("connect_timeout", "no server answered in time")
    if isinstance(error, OSError | nats.errors.NoServersError):
        return unreachable("not_connected", "no server could be reached")
    return unreachable("connect_failed", f"connecting failed ({type(error).__name__})")
