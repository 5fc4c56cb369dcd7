"""Opens and closes the gates: live settings from the database, checks and probes in threads beside the drain."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from routing import health
from routing.health import Live
from routing.publishers.config import ConfigError
from routing.publishers.port import Check, Failure, Flight, Message, Outcome, Publisher, ignore
from routing.publishers.registry import make_publisher
from routing.relay.gate import ON_TRIAL, Gate

DEDUP_WINDOW_SECONDS = 900.0


class Misconfigured:
    """Stands in for a publisher whose config cannot be used, until it is mended."""

    def send(self, messages: Sequence[Message], wake: Callable[[], None] = ignore) -> Flight:
        flight = Flight(len(messages), wake)
        flight.answer_rest(Failure(Outcome.UNREACHABLE, "misconfigured", "the destination's config cannot be used"))
        return flight

    def check(self) -> Check:
        return Check(False, "misconfigured", "the destination's config cannot be used")

    def close(self) -> None: ...


class Gatekeeper:
    """All gates of this process, by destination id."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.gates: dict[int, Gate] = {}
        self._begun = False
        self._checks = ThreadPoolExecutor(4, "destination-check")
        self._wake = wake

    def refresh(self) -> None:
        """Take over settings and health as all workers see them; start the checks that are due."""
        seen = health.read_live()
        for live in seen:
            self._update(live)
        self._begun = True
        for gone in self.gates.keys() - {live.id for live in seen}:
            self._remove(gone)
        for gate in self.gates.values():
            self._look_after(gate)

    def _remove(self, destination_id: int) -> None:
        gate = self.gates[destination_id]
        gate.close()
        if gate.outstanding == 0 and gate.checking is None:
            gate.publisher.close()
            del self.gates[destination_id]

    def _update(self, live: Live) -> None:
        gate = self.gates.get(live.id)
        if gate is None:
            self._open(live)
        elif _same_connection(gate.live, live):
            gate.live = live
        elif gate.outstanding == 0 and gate.checking is None:
            gate.publisher.close()
            self._open(live)
        else:
            gate.close()

    def _open(self, live: Live) -> None:
        gate = self.gates[live.id] = _gate(live)
        # At the start the first checks are worth a wait; later nobody waits for one that is made or mended.
        gate.known = self._begun

    def _look_after(self, gate: Gate) -> None:
        """Check what is not open. One that another worker found down is everybody's to probe: that one may be gone."""
        if gate.checking is not None or gate.closing or gate.live.paused or gate.on_trial or gate.is_open:
            return
        if gate.live.unreachable_for is None or (gate.live.probe_due and health.claim_probe(gate.live.id)):
            gate.checking = self._checks.submit(gate.publisher.check)
            gate.checking.add_done_callback(lambda _: self._wake())

    def take_checks(self) -> None:
        """Act on the checks that came back."""
        for gate in self.gates.values():
            if gate.checking is not None and gate.checking.done():
                check, gate.checking = gate.checking, None
                gate.known = True
                self._checked(gate, check.result())

    def _checked(self, gate: Gate, check: Check) -> None:
        down = gate.live.unreachable_for is not None
        if not check.ok:
            self._down(gate, check.code, check.message)
        elif down and gate.live.error_class in ON_TRIAL:
            gate.try_one()
        else:
            gate.checked = True
            if down:
                self.reachable(gate)

    def reachable(self, gate: Gate) -> None:
        """The destination is up again; a pause is another matter."""
        gate.on_trial = False
        health.mark_reachable(gate.live.id)
        self._look_again(gate)

    def failed(self, gate: Gate, failure: Failure) -> None:
        """A flight found the destination down."""
        code = {Outcome.AMBIGUOUS: "silent", Outcome.THROTTLED: "throttled"}.get(failure.outcome, failure.code)
        if gate.checked:
            self._down(gate, code, failure.message)

    def _down(self, gate: Gate, code: str, message: str) -> None:
        gate.shut()
        health.mark_unreachable(gate.live.id, code, message)
        self._look_again(gate)

    def _look_again(self, gate: Gate) -> None:
        for live in health.read_live():
            if live.id == gate.live.id:
                self._update(live)

    def close(self) -> None:
        for gate in self.gates.values():
            gate.publisher.close()
        self._checks.shutdown(wait=False)


def _gate(live: Live) -> Gate:
    publisher = _publisher(live)
    deduplicates = live.kind != "eventbridge" and not isinstance(publisher, Misconfigured)
    window = float(live.config.get("dedup_window_seconds", DEDUP_WINDOW_SECONDS)) if deduplicates else 0.0
    gate = Gate(live, publisher, window)
    if live.unreachable_for is not None:
        gate.window = 1
    return gate


def _publisher(live: Live) -> Publisher:
    try:
        return make_publisher(
            live.kind, live.config, name=live.name, ack_wait=live.ack_wait, in_flight_limit=live.in_flight_limit
        )
    except ConfigError:
        return Misconfigured()


def _same_connection(before: Live, after: Live) -> bool:
    return (before.kind, before.config, before.name, before.ack_wait) == (
        after.kind,
        after.config,
        after.name,
        after.ack_wait,
    )
