"""Dead letters: the dead deliveries, as a state of theirs and not as a second store."""

from routing.models import Delivery


class DeadLetter(Delivery):
    """A delivery that failed for good, too often or for too long: kept until a person redrives or discards it.

    The proxy is there for its page and its permissions: its manager sees every delivery.
    """

    class Meta:
        proxy = True
        permissions = [
            ("redrive_deadletter", "Can redrive dead letters"),
            ("discard_deadletter", "Can discard dead letters"),
        ]

    def __str__(self) -> str:
        return f"dead letter {self.pk}"
