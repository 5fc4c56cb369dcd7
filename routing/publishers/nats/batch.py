"""One `send` on its way to JetStream."""

import asyncio
from collections.abc import Sequence

from routing.publishers.port import CONNECTION_LOST, Failure, Flight, Message, Outcome, Result

NOT_SENT = Failure(Outcome.UNREACHABLE, "not_sent", "there was no way to the server in time; not sent")
NO_ANSWER = Failure(Outcome.AMBIGUOUS, "no_answer", "JetStream answers, but not to this event")
LOST = Failure(Outcome.AMBIGUOUS, CONNECTION_LOST, "the connection was lost before the answer came")


class Batch:
    """`written` counts the messages handed to the client: those may arrive, the others never will.

    `probed` says that JetStream answered a question asked after them. Once `over`, nothing more is written.
    """

    __slots__ = ("flight", "messages", "over", "probed", "timer", "written")

    def __init__(self, flight: Flight, messages: Sequence[Message]) -> None:
        self.flight = flight
        self.messages = messages
        self.written = 0
        self.over = False
        self.probed = False
        self.timer: asyncio.TimerHandle | None = None

    def answer(self, position: int, result: Result) -> None:
        self.flight.answer(position, result)
        if not self.flight.unanswered:
            self._finish()

    def end(self, written: Failure, unwritten: Failure) -> None:
        """Answer what has no answer yet."""
        self._finish()
        for position in self.unanswered():
            self.flight.answer(position, written if position < self.written else unwritten)

    def unanswered(self) -> list[int]:
        return [position for position, result in enumerate(self.flight.results) if result is None]

    def _finish(self) -> None:
        self.over = True
        if self.timer is not None:
            self.timer.cancel()
