"""The threads behind the publishers."""

import asyncio
import os
import threading

from routing.publishers.agenda import Agenda
from routing.publishers.nats.loop import background_loop


def test_calls_are_made_in_the_order_of_their_time() -> None:
    agenda, made, done = Agenda("test"), list[str](), threading.Event()

    agenda.after(0.05, done.set)
    agenda.after(0.0, lambda: made.append("first"))
    agenda.after(0.02, lambda: made.append("second"))

    assert done.wait(5)
    agenda.close()
    assert made == ["first", "second"]


def test_nothing_is_called_after_it_was_closed() -> None:
    agenda, made = Agenda("test"), list[str]()
    agenda.after(0.01, lambda: made.append("too late"))

    agenda.close()

    agenda.after(0.0, lambda: made.append("much too late"))
    assert made == []


def test_a_call_may_close_its_own_agenda() -> None:
    agenda, closed = Agenda("test"), threading.Event()

    def close() -> None:
        agenda.close()
        closed.set()

    agenda.after(0.0, close)

    assert closed.wait(5)


def test_there_is_one_loop_in_a_process_and_another_after_a_fork() -> None:
    """A thread does not live on in a fork: a worker that used its parent's loop would wait for ever."""
    parents = background_loop()
    assert background_loop() is parents

    child = os.fork()
    if child == 0:
        own = background_loop()
        answered = asyncio.run_coroutine_threadsafe(asyncio.sleep(0, "ran"), own).result(5)
        os._exit(0 if own is not parents and answered == "ran" else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
