"""How grave each difference is, in the light of what the comparison as a whole found."""

from collections.abc import Iterable, Iterator

from events.schemas.compatibility.changes.difference import Difference
from events.schemas.compatibility.comparison import Change, Severity

OLD_REFUSED = "Some old events are refused, though no single difference says which."
NEW_REFUSED = "Readers of the old version may meet events they refuse, though no single difference says which."
OLD_UNKNOWN = "It is not known whether all old events are taken: they count as refused."
NEW_UNKNOWN = "It is not known whether readers of the old version take all events: they count as hurt."


def graded(
    differences: Iterable[Difference], *, backward: bool | None, forward: bool | None, migratable: bool
) -> tuple[Change, ...]:
    """None is not known. The severities agree with the verdict: ERROR and BLOCK exactly when it is not backward."""
    breaking = Severity.ERROR if migratable else Severity.BLOCK
    changes = [_graded(one, not backward, not forward, breaking) for one in dict.fromkeys(differences)]
    return (*changes, *_missing(changes, backward, forward, breaking))


def _graded(one: Difference, breaks: bool, hurts: bool, breaking: Severity) -> Change:
    if one.narrows and breaks:
        severity = breaking
    elif one.widens and hurts:
        severity = Severity.WARN
    else:
        severity = Severity.INFO
    return Change(one.path, one.kind, severity, one.said[:1].upper() + one.said[1:] + ".")


def _missing(
    changes: Iterable[Change], backward: bool | None, forward: bool | None, breaking: Severity
) -> Iterator[Change]:
    found = {change.severity for change in changes}
    if not backward and breaking not in found:
        kind, said = ("narrowed", OLD_REFUSED) if backward is False else ("undecided", OLD_UNKNOWN)
        yield Change("", kind, breaking, said)
    elif backward and not forward and Severity.WARN not in found:
        kind, said = ("widened", NEW_REFUSED) if forward is False else ("undecided", NEW_UNKNOWN)
        yield Change("", kind, Severity.WARN, said)
