"""Beat's schedule, as the database has it; what nobody takes does not pile up in the broker."""

from typing import Any

from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import OperationalError

from events.shards import SHARDS

MOST_WAITING = SHARDS
"""Of messages in a queue: more drains than there are shards have nothing to do, and the other tasks are fewer."""


class BoundedScheduler(DatabaseScheduler):  # type: ignore[misc]
    """A message that has expired keeps its place until a worker throws it away, which takes it some milliseconds."""

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        if self._waiting(entry, producer) < MOST_WAITING:
            super().apply_entry(entry, producer=producer)

    def _waiting(self, entry: Any, producer: Any) -> int:
        """How many wait where this one goes; 0 where the broker is away, which is for the sending to tell."""
        queue = self.app.amqp.router.route(dict(entry.options), entry.task)["queue"]
        broker = producer.connection
        try:
            return int(producer.channel.queue_declare(queue.name).message_count)
        except (OperationalError, *broker.connection_errors, *broker.channel_errors):
            return 0
