"""What a failure says, and about whom: the event or the destination. A pure decision."""

from dataclasses import dataclass

from routing.publishers.port import CONNECTION_LOST, Failure, Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """`counts`: it was about the event, an attempt is burned. `down`: the destination takes nothing at present."""

    counts: bool
    down: bool


ABOUT_THE_EVENT = Verdict(counts=True, down=False)
ABOUT_THE_DESTINATION = Verdict(counts=False, down=True)
NOT_NOW = Verdict(counts=False, down=False)


def judge(failure: Failure, *, answered_since: bool) -> Verdict:
    """`answered_since`: the destination answered others while this one waited, so it is up."""
    match failure.outcome:
        case Outcome.RETRYABLE | Outcome.PERMANENT:
            return ABOUT_THE_EVENT
        case Outcome.AMBIGUOUS if failure.code != CONNECTION_LOST:
            return ABOUT_THE_EVENT if answered_since else ABOUT_THE_DESTINATION
        case Outcome.THROTTLED:
            return NOT_NOW if answered_since else ABOUT_THE_DESTINATION
        case _:
            return ABOUT_THE_DESTINATION
