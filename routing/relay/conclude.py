"""From the outcome of a work to the new state of its delivery: a pure decision."""

from dataclasses import dataclass

from routing.publishers.port import Failure, Outcome, Receipt
from routing.relay.settlement import Change, Try
from routing.relay.verdict import Verdict
from routing.relay.work import Past, Phase, Work
from routing.retry import GiveUp, RetryPolicy, after_failure, backoff


@dataclass(frozen=True, slots=True)
class Situation:
    """What else the decision needs: the destination's policy and holds, and the chance. Seconds; `jitter` in [0, 1)."""

    policy: RetryPolicy
    ack_wait: float
    dedup_window: float
    held_total: float
    now: float
    jitter: float


def conclude(work: Work, situation: Situation, verdict: Verdict | None) -> Change:
    """The delivery's next state. `verdict` is there where the work's result is a failure."""
    if work.phase is Phase.SENT:
        return _unanswered(work, situation)
    if work.result is None:
        return _pending(work, delay=0.0)
    if isinstance(work.result, Receipt):
        return _delivered(work, work.result, situation)
    assert verdict is not None
    return _failed(work, work.result, situation, verdict)


def _change(work: Work, state: str, attempts: int) -> Change:
    return Change(
        entry=work.entry,
        row_destination=work.row_destination,
        stored=work.stored,
        destination_id=work.destination_id,
        state=state,
        attempts=attempts,
        rule_id=work.rule_id,
        table_version=work.table_version,
        reach=work.reach,
        fallbacks=work.fallbacks,
        held_base=work.past.held_base,
        restart=work.moved,
        again=work.stored and work.result is not None and _tried_before(work.past),
    )


def _tried_before(past: Past) -> bool:
    return past.attempts > 0 or past.silent_for is not None


def _pending(work: Work, delay: float) -> Change:
    change = _change(work, "pending", work.past.attempts)
    change.delay = delay
    return change


def _unanswered(work: Work, situation: Situation) -> Change:
    """Still on its way: nobody takes it up before the answer must have come."""
    return _pending(work, max(0.0, work.sent_at + situation.ack_wait - situation.now) + 1.0)


def _delivered(work: Work, receipt: Receipt, situation: Situation) -> Change:
    change = _change(work, "delivered", work.past.attempts + 1)
    change.receipt = receipt.reference
    change.duplicate = receipt.duplicate
    change.possible_duplicate = _silent_beyond(work, situation) and not receipt.duplicate
    return change


def _silent_beyond(work: Work, situation: Situation) -> bool:
    """An unanswered try is so long ago that the broker would not know the event again."""
    silent = work.past.silent_for
    return silent is not None and silent >= situation.dedup_window


def _failed(work: Work, failure: Failure, situation: Situation, verdict: Verdict) -> Change:
    change = _counted(work, failure, situation) if verdict.counts else _deferred(work, failure, situation)
    change.silent = failure.outcome is Outcome.AMBIGUOUS
    change.error_class, change.error = failure.code, failure.message
    if verdict.counts or change.silent:
        change.tries = (_try(work, failure, situation, work.past.attempts + verdict.counts),)
    return change


def _deferred(work: Work, failure: Failure, situation: Situation) -> Change:
    """Not the event's fault. One that met silence or a limit steps back: another one goes first as the trial."""
    steps_back = failure.outcome in (Outcome.AMBIGUOUS, Outcome.THROTTLED)
    return _pending(work, backoff(situation.policy, 1, situation.jitter) + 1.0 if steps_back else 0.0)


def _counted(work: Work, failure: Failure, situation: Situation) -> Change:
    attempts = work.past.attempts + 1
    held_base = work.past.held_base if work.past.age is not None else situation.held_total
    decision = after_failure(
        situation.policy,
        permanent=failure.outcome is Outcome.PERMANENT,
        attempts=attempts,
        age=_age(work, situation),
        jitter=situation.jitter,
    )
    if isinstance(decision, GiveUp) and decision.reason != "permanent" and work.fallbacks:
        return _to_next(work)
    change = _change(work, "dead" if isinstance(decision, GiveUp) else "pending", attempts)
    change.delay = None if isinstance(decision, GiveUp) else decision.delay
    change.failed = True
    change.held_base = held_base
    return change


def _age(work: Work, situation: Situation) -> float:
    """Seconds since the first failed try, without the time the destination was held."""
    if work.past.age is None:
        return 0.0
    return max(0.0, work.past.age - (situation.held_total - work.past.held_base))


def _to_next(work: Work) -> Change:
    """Fail over: tries and age start anew at the next destination."""
    change = _change(work, "pending", 0)
    change.destination_id, change.fallbacks = work.fallbacks[0], work.fallbacks[1:]
    change.delay = 0.0
    change.restart = True
    return change


def _try(work: Work, failure: Failure, situation: Situation, number: int) -> Try:
    outcome = failure.outcome if failure.outcome in (Outcome.PERMANENT, Outcome.AMBIGUOUS) else Outcome.RETRYABLE
    duration = situation.now - work.sent_at
    return Try(work.destination_id, number, duration, outcome.value, failure.code, failure.message)
