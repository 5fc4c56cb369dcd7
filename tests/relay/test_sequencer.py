"""Who may go when one of a key has arrived."""

from itertools import count

from events.envelope import CloudEvent
from routing.relay.sequencer import Sequencer
from routing.relay.work import Entry, Phase, Work

FIRST, SECOND = 0b01, 0b10
numbers = count(1)


def admitted(sequencer: Sequencer, reach: int) -> Work:
    sequence = next(numbers)
    event = CloudEvent(id=str(sequence), source="/tests", type="com.example.thing")
    work = Work(Entry(sequence, 0, "k", f"{sequence:032x}", event), reach, (), 1, 1, reach)
    work.phase = sequencer.admit("k", work)
    return work


def test_h8_two_arrivals_of_a_key_at_once_release_its_next_one_once() -> None:
    sequencer = Sequencer()
    to_first, to_second = admitted(sequencer, FIRST), admitted(sequencer, SECOND)
    next_to_first = admitted(sequencer, FIRST)

    released = [sequencer.arrived("k", to_first), sequencer.arrived("k", to_second)]

    assert released == [[next_to_first], []]


def test_h8_one_that_waits_for_two_is_released_by_the_later_arrival() -> None:
    sequencer = Sequencer()
    to_first, to_second = admitted(sequencer, FIRST), admitted(sequencer, SECOND)
    to_either = admitted(sequencer, FIRST | SECOND)

    released = [sequencer.arrived("k", to_second), sequencer.arrived("k", to_first)]

    assert released == [[], [to_either]]


def test_h8_one_that_is_still_behind_another_is_not_released() -> None:
    sequencer = Sequencer()
    first, second, third = (admitted(sequencer, FIRST) for _ in range(3))

    assert sequencer.arrived("k", first) == [second]
    second.phase = Phase.SENT
    assert sequencer.arrived("k", second) == [third]
