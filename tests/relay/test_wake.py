"""What ends a drain's rest, and when it reads."""

import time

from routing.relay.wake import Wake
from tests.relay.conftest import Installation


def test_a_hint_is_taken_once() -> None:
    wake = Wake()
    wake.take_hint()

    wake.set()

    assert wake.is_set()
    assert [wake.take_hint(), wake.take_hint()] == [True, False]


def test_an_answer_ends_the_rest_without_a_hint() -> None:
    wake = Wake()
    wake.take_hint()

    wake.stir()

    assert wake.is_set()
    assert not wake.take_hint()


def test_h3_without_hints_a_drain_finds_what_was_committed_by_itself(installation: Installation) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    drain = installation.drain()
    installation.accept("a")
    installation.run(lambda: len(first.messages) == 1, drain=drain)
    end = time.monotonic() + 1
    drain.run(lambda: time.monotonic() > end)
    drain.wake.take_hint()

    installation.accept("b")
    installation.run(lambda: len(first.messages) == 2, drain=drain, seconds=2)
