"""The acts on many that the admin offers, in the words of its pages."""

from dataclasses import dataclass

from dlq.models import Operation


@dataclass(frozen=True, slots=True)
class Act:
    """`things` are what it is about; `permission` is who may do it."""

    kind: Operation.Kind
    verb: str
    things: tuple[str, str]
    permission: str
    explanation: str
    icon: str

    @property
    def paced(self) -> bool:
        """Whether it makes traffic, that destinations may want in portions."""
        return self.kind != Operation.Kind.DISCARD

    @property
    def needs_reason(self) -> bool:
        return self.kind == Operation.Kind.DISCARD

    def title(self, count: int, *, exact: bool) -> str:
        if not count:
            return f"{self.verb}: nothing matches"
        many = f"{count:,}" if exact else f"more than {count - 1:,}"
        return f"{self.verb} {many} {self.things[count != 1]}"


LETTERS = ("dead letter", "dead letters")
REDRIVE = Act(
    Operation.Kind.REDRIVE,
    "Redrive",
    LETTERS,
    "dlq.redrive_deadletter",
    "Each goes to its destination again, with all its attempts and in the order of its key. What dies again becomes "
    "a dead letter again: look first whether the cause is gone.",
    "replay",
)
DISCARD = Act(
    Operation.Kind.DISCARD,
    "Discard",
    LETTERS,
    "dlq.discard_deadletter",
    "They are given up: the events stay to be seen, and are not sent to these destinations any more. This cannot be "
    "undone.",
    "delete",
)
ROUTE_AGAIN = Act(
    Operation.Kind.ROUTE_AGAIN,
    "Route again",
    ("unrouted event", "unrouted events"),
    "routing.route_unrouted",
    "Each goes before the rules that are published now. Mend the rules and publish them first: what no rule matches "
    "then is unrouted again.",
    "alt_route",
)
BY_KIND = {act.kind: act for act in (REDRIVE, DISCARD, ROUTE_AGAIN)}
