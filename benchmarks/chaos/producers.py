"""Services that hand events in, by transaction or over HTTP, and believe only what they were told.

A producer that got no clear answer asks again with the same events until it has one: only then does it go on, so that
the events of a key are handed in strictly one after the other.
"""

import http.client
import threading
import time
from collections.abc import Sequence
from random import Random

from django.db import Error, connection, transaction

from benchmarks.chaos.draw import LARGEST_GROUP, Draw
from benchmarks.chaos.ledger import Ledger, Outcome, Record
from events.envelope import to_batch, to_binary_headers, to_structured
from events.envelope.serialise import BATCH, STRUCTURED, payload
from events.ingest import IngestBusy, IngestError, ingest

ASK_AGAIN_SECONDS = 0.1
HTTP_TIMEOUT = 5.0
ROLLED_BACK_SHARE = 0.1
REPEATED_SHARE = 0.03
NO_ANSWER_YET = frozenset({http.client.SERVICE_UNAVAILABLE})


class ChangeOfMindError(Exception):
    """A producer's own reason to roll back."""


class Producer(threading.Thread):
    """Hands in groups at `rate` events a second until `over`, then has until `too_late` for its last answer."""

    def __init__(self, name: str, ledger: Ledger, seed: int, rate: float) -> None:
        super().__init__(name=name, daemon=True)
        self.ledger = ledger
        self.chance = Random(f"{seed} {name}")
        self.draw = Draw(name, self.chance)
        self.rate = rate
        self.over = threading.Event()
        self.too_late = threading.Event()

    def run(self) -> None:
        due = time.monotonic()
        while not self.over.is_set():
            group = self.draw.group(self.size())
            self.ledger.note(group)
            outcome = self.hand_over(group)
            for record in group:
                record.outcome = outcome
            # What an outage held up is not made up for: the rate is a bound.
            due = max(due + len(group) / self.rate, time.monotonic() - 1.0)
            self.over.wait(max(0.0, due - time.monotonic()))
        self.close()

    def hand_over(self, group: Sequence[Record]) -> Outcome:
        """Hand in until there is an answer."""
        while (outcome := self.hand_in(group)) is Outcome.UNKNOWN:
            if self.too_late.wait(ASK_AGAIN_SECONDS):
                break
        return outcome

    def size(self) -> int:
        return self.chance.randint(1, LARGEST_GROUP)

    def hand_in(self, group: Sequence[Record]) -> Outcome:
        raise NotImplementedError

    def close(self) -> None:
        """Let go of what the thread holds."""


class TransactionProducer(Producer):
    """A service in the same database: events in its own transactions, one in ten rolled back."""

    def hand_over(self, group: Sequence[Record]) -> Outcome:
        # Decided once for a group: one that was tried in earnest may be stored, whatever its producer was told.
        return self._roll_back(group) if self.chance.random() < ROLLED_BACK_SHARE else super().hand_over(group)

    def hand_in(self, group: Sequence[Record]) -> Outcome:
        try:
            with transaction.atomic():
                self._ingest(group)
        except (Error, IngestBusy):
            connection.close()
            return Outcome.UNKNOWN
        except IngestError as error:
            self.ledger.trouble(f"ingest refused {group[0].id}: {type(error).__name__}")
            return Outcome.ROLLED_BACK
        return Outcome.ACCEPTED

    def _roll_back(self, group: Sequence[Record]) -> Outcome:
        try:
            with transaction.atomic():
                self._ingest(group)
                raise ChangeOfMindError
        except (Error, IngestError):
            connection.close()
        except ChangeOfMindError:
            pass
        return Outcome.ROLLED_BACK

    def _ingest(self, group: Sequence[Record]) -> None:
        """In one or two calls, as services do."""
        cut = self.chance.randint(1, len(group))
        ingest([record.event() for record in group[:cut]])
        ingest([record.event() for record in group[cut:]])

    def close(self) -> None:
        connection.close()


class HttpProducer(Producer):
    """A service elsewhere: POST /api/v1/events in all three modes."""

    def __init__(self, name: str, ledger: Ledger, seed: int, rate: float, *, port: int, api_key: str) -> None:
        super().__init__(name, ledger, seed, rate)
        self.port = port
        self.authorization = f"Bearer {api_key}"
        self.client = self._connection()

    def size(self) -> int:
        return 1 if self.chance.random() < 0.5 else super().size()

    def hand_in(self, group: Sequence[Record]) -> Outcome:
        outcome = self._post(group)
        if outcome is Outcome.ACCEPTED and self.chance.random() < REPEATED_SHARE:
            self._post(group)
        return outcome

    def _post(self, group: Sequence[Record]) -> Outcome:
        headers, body = self._request(group)
        try:
            self.client.request("POST", "/api/v1/events", body, headers | {"Authorization": self.authorization})
            answer = self.client.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.client.close()
            return Outcome.UNKNOWN
        if answer.status == http.client.ACCEPTED:
            return Outcome.ACCEPTED
        if answer.status not in NO_ANSWER_YET:
            self.ledger.trouble(f"HTTP {answer.status} for {group[0].id}: {text[:200]!r}")
        return Outcome.UNKNOWN

    def _request(self, group: Sequence[Record]) -> tuple[dict[str, str], bytes]:
        events = [record.event() for record in group]
        if len(events) > 1:
            return {"Content-Type": BATCH}, to_batch(events)
        (event,) = events
        if self.chance.random() < 0.5:
            return {"Content-Type": STRUCTURED}, to_structured(event)
        return to_binary_headers(event), payload(event)

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=HTTP_TIMEOUT)

    def close(self) -> None:
        self.client.close()
