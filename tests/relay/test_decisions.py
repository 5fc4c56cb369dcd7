"""The relay's pure decisions: retry, verdict, conclusion, order in memory."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.envelope import CloudEvent
from routing.publishers.port import CONNECTION_LOST, Failure, Outcome, Receipt, Result
from routing.relay.conclude import Situation, conclude
from routing.relay.sequencer import Sequencer
from routing.relay.settlement import Change
from routing.relay.verdict import judge
from routing.relay.work import Entry, Past, Phase, Work, reach_of
from routing.retry import GiveUp, RetryAfter, RetryPolicy, after_failure, backoff

POLICY = RetryPolicy(max_attempts=3, max_age=3600, backoff_base=1, backoff_cap=60)


def failure(outcome: Outcome, code: str = "code") -> Failure:
    return Failure(outcome, code, "message")


def work(
    *,
    result: Result | None = None,
    phase: Phase = Phase.ANSWERED,
    fallbacks: tuple[int, ...] = (),
    past: Past | None = None,
) -> Work:
    entry = Entry(1, 0, "k", "0" * 32, CloudEvent(id="a", source="/s", type="t"))
    made = Work(entry, 1, fallbacks, 7, 3, reach_of((1, *fallbacks)), past=past or Past())
    made.result, made.phase, made.sent_at = result, phase, 100.0
    return made


def situation(*, held_total: float = 0.0, now: float = 101.0, jitter: float = 0.5) -> Situation:
    return Situation(POLICY, 30.0, 900.0, held_total, now, jitter)


def concluded(of: Work, *, answered_since: bool = True, **more: float) -> Change:
    verdict = judge(of.result, answered_since=answered_since) if isinstance(of.result, Failure) else None
    return conclude(of, situation(**more), verdict)


# Retry


@given(attempts=st.integers(1, 10_000), jitter=st.floats(0, 1, exclude_max=True))
def test_backoff_never_exceeds_its_cap(attempts: int, jitter: float) -> None:
    assert 0 <= backoff(POLICY, attempts, jitter) <= 60


@pytest.mark.parametrize(("attempts", "ceiling"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (50, 60)])
def test_backoff_doubles_with_full_jitter(attempts: int, ceiling: float) -> None:
    assert backoff(POLICY, attempts, 0.5) == ceiling / 2
    assert backoff(POLICY, attempts, 0.0) == 0


def test_it_gives_up_at_once_on_a_permanent_failure() -> None:
    assert after_failure(POLICY, permanent=True, attempts=1, age=0, jitter=0.5) == GiveUp("permanent")


def test_it_gives_up_when_the_attempts_are_spent() -> None:
    assert after_failure(POLICY, permanent=False, attempts=2, age=0, jitter=0.5) == RetryAfter(1.0)
    assert after_failure(POLICY, permanent=False, attempts=3, age=0, jitter=0.5) == GiveUp("attempts_spent")


def test_it_gives_up_rather_than_try_beyond_the_maximum_age() -> None:
    assert after_failure(POLICY, permanent=False, attempts=1, age=3599.6, jitter=0.5) == GiveUp("too_old")


# Verdict


@pytest.mark.parametrize("outcome", [Outcome.RETRYABLE, Outcome.PERMANENT])
def test_an_answer_about_the_event_counts(outcome: Outcome) -> None:
    verdict = judge(failure(outcome), answered_since=False)

    assert (verdict.counts, verdict.down) == (True, False)


def test_silence_counts_only_when_others_were_answered() -> None:
    alone = judge(failure(Outcome.AMBIGUOUS), answered_since=True)
    all_silent = judge(failure(Outcome.AMBIGUOUS), answered_since=False)

    assert (alone.counts, alone.down) == (True, False)
    assert (all_silent.counts, all_silent.down) == (False, True)


def test_a_lost_connection_and_an_unreachable_destination_never_count() -> None:
    for each in (failure(Outcome.AMBIGUOUS, CONNECTION_LOST), failure(Outcome.UNREACHABLE)):
        verdict = judge(each, answered_since=True)

        assert (verdict.counts, verdict.down) == (False, True)


def test_throttling_never_counts_and_closes_only_what_answers_nobody() -> None:
    partly = judge(failure(Outcome.THROTTLED), answered_since=True)
    wholly = judge(failure(Outcome.THROTTLED), answered_since=False)

    assert (partly.counts, partly.down) == (False, False)
    assert (wholly.counts, wholly.down) == (False, True)


# Conclusion


def test_a_receipt_delivers() -> None:
    change = concluded(work(result=Receipt("EVENTS:7", duplicate=True)))

    assert (change.state, change.receipt, change.duplicate, change.attempts) == ("delivered", "EVENTS:7", True, 1)


def test_a_receipt_long_after_a_silent_try_may_be_a_second_copy() -> None:
    within = concluded(work(result=Receipt("EVENTS:7"), past=Past(attempts=1, age=10, silent_for=899)))
    beyond = concluded(work(result=Receipt("EVENTS:7"), past=Past(attempts=1, age=10, silent_for=900)))

    assert not within.possible_duplicate
    assert beyond.possible_duplicate


def test_what_was_not_sent_stays_pending_without_an_attempt() -> None:
    change = concluded(work(phase=Phase.HELD))

    assert (change.state, change.attempts, change.delay, change.failed) == ("pending", 0, 0.0, False)


def test_what_is_still_on_its_way_is_left_alone_until_its_answer_must_have_come() -> None:
    change = concluded(work(phase=Phase.SENT), now=110.0)

    assert (change.state, change.attempts, change.delay) == ("pending", 0, 21.0)


def test_a_counted_failure_is_tried_again_later() -> None:
    change = concluded(work(result=failure(Outcome.RETRYABLE)), held_total=5.0)

    assert (change.state, change.attempts, change.delay, change.failed) == ("pending", 1, 0.5, True)
    assert change.held_base == 5.0
    assert [(each.number, each.outcome, each.duration) for each in change.tries] == [(1, "retryable", 1.0)]


def test_an_outage_burns_neither_attempt_nor_age() -> None:
    change = concluded(work(result=failure(Outcome.UNREACHABLE), past=Past(attempts=2, age=3000)), answered_since=False)

    assert (change.state, change.attempts, change.failed, change.tries) == ("pending", 2, False, ())


def test_held_time_is_left_out_of_the_age() -> None:
    old = Past(attempts=1, age=7200, held_base=100)

    mostly_held = concluded(work(result=failure(Outcome.RETRYABLE), past=old), held_total=100 + 7000)
    hardly_held = concluded(work(result=failure(Outcome.RETRYABLE), past=old), held_total=100 + 10)

    assert mostly_held.state == "pending"
    assert hardly_held.state == "dead"


def test_spent_attempts_fail_over_and_begin_anew_there() -> None:
    spent = work(result=failure(Outcome.RETRYABLE), fallbacks=(2, 3), past=Past(attempts=2, age=10))

    change = concluded(spent)

    assert (change.state, change.row_destination, change.destination_id, change.fallbacks) == ("pending", 1, 2, (3,))
    assert (change.attempts, change.restart) == (0, True)


def test_a_permanent_refusal_is_dead_whatever_destinations_are_left() -> None:
    change = concluded(work(result=failure(Outcome.PERMANENT), fallbacks=(2,)))

    assert (change.state, change.destination_id) == ("dead", 1)


def test_silence_is_recorded_even_where_it_does_not_count() -> None:
    change = concluded(work(result=failure(Outcome.AMBIGUOUS)), answered_since=False)

    assert (change.state, change.attempts, change.silent) == ("pending", 0, True)
    assert [each.outcome for each in change.tries] == ["ambiguous"]


# Order in memory


def keyed(sequence: int, *destinations: int) -> Work:
    entry = Entry(sequence, 0, "k", "0" * 32, CloudEvent(id=str(sequence), source="/s", type="t"))
    return Work(entry, destinations[0], destinations[1:], 1, 1, reach_of(destinations))


def admitted(sequencer: Sequencer, *works: Work) -> list[Phase]:
    phases = []
    for each in works:
        each.phase = sequencer.admit("k", each)
        phases.append(each.phase)
    return phases


def test_one_work_of_a_key_is_on_its_way_at_a_time() -> None:
    sequencer, first, second, third = Sequencer(), keyed(1, 1), keyed(2, 1), keyed(3, 1)

    assert admitted(sequencer, first, second, third) == [Phase.SENT, Phase.QUEUED, Phase.QUEUED]
    assert sequencer.arrived("k", first) == [second]


def test_other_destinations_do_not_wait() -> None:
    assert admitted(Sequencer(), keyed(1, 1), keyed(2, 2)) == [Phase.SENT, Phase.SENT]


def test_a_work_that_may_fail_over_keeps_all_its_destinations_waiting() -> None:
    assert admitted(Sequencer(), keyed(1, 1, 2), keyed(2, 2)) == [Phase.SENT, Phase.QUEUED]


def test_what_is_behind_a_failed_work_is_held_until_it_is_dropped() -> None:
    sequencer, first, second = Sequencer(), keyed(1, 1), keyed(2, 1)
    admitted(sequencer, first, second)
    first.phase = Phase.ANSWERED

    assert sequencer.failed("k", first) == [second]
    second.phase = Phase.HELD
    assert admitted(sequencer, keyed(3, 1)) == [Phase.HELD]

    for each in (first, second):
        sequencer.drop("k", each)
    assert len(sequencer) == 1


@given(st.lists(st.sampled_from([(1,), (2,), (1, 2), (2, 3)]), max_size=12), st.randoms())
def test_no_two_overlapping_works_are_ever_on_their_way(reaches: list[tuple[int, ...]], chance: random.Random) -> None:
    sequencer = Sequencer()
    works = [keyed(n, *reach) for n, reach in enumerate(reaches)]
    admitted(sequencer, *works)
    arrived: list[int] = []

    while any(each.phase is Phase.SENT for each in works):
        flying = [each for each in works if each.phase is Phase.SENT]
        for one in flying:
            assert not any(one.reach & other.reach for other in flying if other is not one)
        landed = chance.choice(flying)
        landed.phase = Phase.ANSWERED
        arrived.append(landed.entry.sequence)
        for released in sequencer.arrived("k", landed):
            released.phase = Phase.SENT

    assert sorted(arrived) == list(range(len(works)))
    for one in works:
        for other in works[: one.entry.sequence]:
            if one.reach & other.reach:
                assert arrived.index(other.entry.sequence) < arrived.index(one.entry.sequence)
