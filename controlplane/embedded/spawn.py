"""Processes are forked by one thread that lives as long as we do.

Linux takes the end of the *thread* that forked for the death of the parent: a child started from a short-lived thread
would be killed under our feet.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

from controlplane.embedded.accounts import Account

LAUNCH = str(Path(__file__).with_name("launch.py"))

_Process = subprocess.Popen[bytes]
_Order = tuple[list[str], Mapping[str, str] | None, Path | None, Sequence[int], Future[_Process]]
_queue: SimpleQueue[_Order] = SimpleQueue()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def spawn(
    command: Sequence[str],
    *,
    death_signal: int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    account: Account | None = None,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, sent `death_signal` when we die; output and errors are one pipe.

    `keep` are open file descriptors that it inherits.
    """
    owner = f"{account.uid}:{account.gid}" if account else "-"
    launched = [sys.executable, "-I", "-S", LAUNCH, str(os.getpid()), str(death_signal), owner, *command]
    started: Future[_Process] = Future()
    _ensure_thread()
    _queue.put((launched, env, cwd, keep, started))
    return started.result()


def _ensure_thread() -> None:
    global _thread
    with _lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_serve, name="spawner", daemon=True)
            _thread.start()


def _serve() -> None:
    while True:
        command, env, cwd, keep, started = _queue.get()
        try:
            process = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=keep,
            )
        except OSError as error:
            started.set_exception(error)
        else:
            started.set_result(process)
