"""What to do with a delivery after a failed try: a pure decision."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a destination is tried, and how long to wait between tries (seconds)."""

    max_attempts: int
    max_age: float
    backoff_base: float
    backoff_cap: float


@dataclass(frozen=True, slots=True)
class RetryAfter:
    delay: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    reason: str


def backoff(policy: RetryPolicy, attempts: int, jitter: float) -> float:
    """Exponential with full jitter: `jitter` in [0, 1) of the ceiling after `attempts` failed tries, in seconds."""
    return jitter * min(policy.backoff_cap, policy.backoff_base * 2.0 ** min(attempts - 1, 60))


def after_failure(
    policy: RetryPolicy, *, permanent: bool, attempts: int, age: float, jitter: float
) -> RetryAfter | GiveUp:
    """Decide after the failed try number `attempts`; `age`: seconds since the first failed one, without holds."""
    if permanent:
        return GiveUp("permanent")
    if attempts >= policy.max_attempts:
        return GiveUp("attempts_spent")
    delay = backoff(policy, attempts, jitter)
    if age + delay > policy.max_age:
        return GiveUp("too_old")
    return RetryAfter(delay)
