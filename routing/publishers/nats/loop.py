"""One asyncio loop in one daemon thread per process, made when first needed: a fork does not inherit threads."""

import asyncio
import atexit
import os
import threading
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import structlog

log = structlog.get_logger(__name__)

# The transports opened on behalf of the code that set it.
opened: ContextVar[list[asyncio.Transport]] = ContextVar("opened")


class BackgroundLoop(asyncio.SelectorEventLoop):
    """Remembers the transports it opens, because a client's own close() writes out what it still holds."""

    async def create_connection(self, protocol_factory: Callable[[], Any], *args: Any, **kwargs: Any) -> Any:
        transport, protocol = await super().create_connection(protocol_factory, *args, **kwargs)
        opened.get([]).append(transport)
        return transport, protocol


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody awaited. Only the kind of error: texts may come from the wire."""
    log.warning("publisher_loop.failed", error_class=type(context.get("exception")).__name__)


def _start() -> asyncio.AbstractEventLoop:
    loop = BackgroundLoop()
    loop.set_exception_handler(_report)
    thread = threading.Thread(target=loop.run_forever, name="publishers", daemon=True)
    thread.start()
    atexit.register(_stop, loop, thread, os.getpid())
    return loop


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread, pid: int) -> None:
    if pid == os.getpid():
        asyncio.run_coroutine_threadsafe(_cancel_tasks(), loop).add_done_callback(lambda _: loop.stop())
        thread.join(2.0)
        if not thread.is_alive():
            loop.close()


async def _cancel_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


_loops: dict[int, asyncio.AbstractEventLoop] = {}
_lock = threading.Lock()


def background_loop() -> asyncio.AbstractEventLoop:
    with _lock:
        pid = os.getpid()
        if pid not in _loops:
            _loops[pid] = _start()
        return _loops[pid]
