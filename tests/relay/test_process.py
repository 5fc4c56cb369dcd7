"""The drain of a process and what comes after one that broke down."""

import os
import threading
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from routing.models import Delivery
from routing.relay import process
from tests.relay.conftest import Installation
from tests.relay.test_crash import expire_leases

pytestmark = pytest.mark.storage


def break_down(step: str) -> None:
    """An observer that is an error no drain expects."""
    raise RuntimeError(step)


def listeners() -> int:
    return sum(thread.name == "wakeup-listener" for thread in threading.enumerate())


@pytest.fixture
def own_drain() -> Iterator[None]:
    process._drain_of.cache_clear()
    yield
    process._drain_of(os.getpid()).leave()
    process._drain_of.cache_clear()


def test_h1_a_process_goes_on_after_its_drain_broke_down_and_leaves_nothing_running(
    installation: Installation, settings: Settings, own_drain: None
) -> None:
    first = installation.destination("first")
    installation.publish(installation.rule("first"))
    installation.accept("a")
    before = listeners()
    settings.RELAY_OBSERVER = f"{__name__}.break_down"
    for _ in range(3):
        with pytest.raises(RuntimeError, match="claim"):
            process.drain_for(5.0)
        expire_leases()
    settings.RELAY_OBSERVER = ""

    assert process.drain_for(1.5)

    assert [message.event.id for message in first.messages] == ["a"]
    assert Delivery.objects.get().state == "delivered"
    assert listeners() <= before + 1
