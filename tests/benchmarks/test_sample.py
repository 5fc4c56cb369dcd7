"""Subject and ceiling are given the same, and it is what the figures say it is."""

from collections.abc import Iterator
from typing import Any

import orjson

from benchmarks.gather import wire
from benchmarks.sample import LEAVES, SIZE, STRINGS, event, events, id_of, number_of
from events.envelope.serialise import to_structured
from routing.publishers.nats.binding import binary


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    else:
        yield value


def test_an_event_has_the_size_and_the_leaves_it_is_said_to_have() -> None:
    text = to_structured(event("run-1", 49_999))

    found = list(leaves(orjson.loads(text)))

    assert (len(text), len(found), sum(isinstance(leaf, str) for leaf in found)) == (SIZE, LEAVES, STRINGS)


def test_every_event_of_every_run_has_the_same_size() -> None:
    sizes = {len(to_structured(each)) for tag in ("a", "two-10") for each in events(tag, 200)}

    assert sizes == {SIZE}


def test_a_run_has_different_events_and_can_be_made_again() -> None:
    first, second = list(events("run", 300, keys=20)), list(events("run", 300, keys=20))

    assert first == second
    assert len({each.id for each in first}) == 300
    assert {each.extensions["partitionkey"] for each in first} == {f"object-{key}" for key in range(20)}
    assert [number_of(each.id) for each in first] == list(range(300))
    assert first[7].id == id_of("run", 7)


def test_the_ceiling_publishes_the_headers_and_the_payload_that_the_relay_does() -> None:
    sample = event("run", 1)

    headers, payload = binary(sample.id, sample)
    _, body, alone = wire(sample)

    assert body == payload
    assert lines(alone) == lines(headers)


def lines(headers: dict[str, str]) -> set[str]:
    """The lines of a block of headers; a value may bring more than one."""
    return set("\r\n".join(f"{name}: {value}" for name, value in headers.items()).split("\r\n"))
