"""Load and faults by the seed, then quiet, then the evidence. Imported once Django is set up."""

import time

from django.db import Error, connection

from benchmarks.chaos import evidence, far_end, tables
from benchmarks.chaos.check import examine
from benchmarks.chaos.faults import FAULTS, NORMAL
from benchmarks.chaos.findings import Findings, Result
from benchmarks.chaos.inflict import Inflictor
from benchmarks.chaos.installation import install
from benchmarks.chaos.ledger import Ledger
from benchmarks.chaos.producers import HttpProducer, Producer, TransactionProducer
from benchmarks.chaos.schedule import schedule
from benchmarks.chaos.world import RELAYS, Say, World, wait_until
from controlplane.quickstart.readiness import web_answers
from routing.models import RelayWorker

RATE = 150.0
"""Events a second, of all producers together."""
FAILED_TASK = "raised unexpected"
"""How Celery logs an error that a task did not expect."""
READY_SECONDS, LAST_ANSWER_SECONDS, DRAIN_SECONDS = 60.0, 20.0, 120.0


class Trial:
    """One seed's run in a world whose servers are up."""

    def __init__(self, world: World, seed: int, minutes: float, say: Say) -> None:
        self.world = world
        self.seed = seed
        self.minutes = minutes
        self.say = say
        self.ledger = Ledger(world.folder / "ledger.tsv")
        self.inflictor = Inflictor(world, say)
        self.troubles: list[str] = []

    def result(self) -> Result:
        result = Result(self.seed, self.minutes, machine=self.world.machine())
        try:
            self._endure(self._start())
            wait_until(drained, "drained", DRAIN_SECONDS)
            self.say("drained")
        except TimeoutError as error:
            self.troubles.append(str(error))
        result.findings = self._examine()
        result.faults = self.inflictor.done
        result.troubles = self.troubles + self.inflictor.broken + self.ledger.troubles + self._failed_drains()
        return result

    def _start(self) -> list[Producer]:
        world = self.world
        world.misbehave(NORMAL)
        api_key = install(nats=world.nats.url, bus=world.stub.url)
        world.start_processes()
        wait_until(lambda: web_answers(world.web_port), "the web answers", READY_SECONDS)
        wait_until(lambda: RelayWorker.objects.count() >= RELAYS, "every worker drains", READY_SECONDS)
        return self._producers(api_key)

    def _producers(self, api_key: str) -> list[Producer]:
        share, port = RATE / 4, self.world.web_port
        services = [TransactionProducer(name, self.ledger, self.seed, share) for name in ("service-1", "service-2")]
        clients = [
            HttpProducer(name, self.ledger, self.seed, share, port=port, api_key=api_key)
            for name in ("client-1", "client-2")
        ]
        return [*services, *clients]

    def _endure(self, producers: list[Producer]) -> None:
        seconds = self.minutes * 60
        steps = schedule(self.seed, seconds, list(FAULTS))
        self.say(f"{seconds:g} s of load, {len(steps)} faults:\n" + "\n".join(map(str, steps)))
        for producer in producers:
            producer.start()
        try:
            self.inflictor.follow(steps, seconds)
        finally:
            self.troubles += [f"{producer.name} ended early" for producer in producers if not producer.is_alive()]
            for producer in producers:
                producer.over.set()
            self.inflictor.finish()
        self.world.heal()
        self._last_answers(producers)
        connection.close()  # a fault may have broken it
        self.say(f"quiet; {tables.count_waiting()} still wait")

    def _last_answers(self, producers: list[Producer]) -> None:
        deadline = time.monotonic() + LAST_ANSWER_SECONDS
        for producer in producers:
            producer.join(max(0.0, deadline - time.monotonic()))
        for producer in producers:
            producer.too_late.set()
            producer.join()

    def _examine(self) -> Findings:
        self.ledger.write()
        stub = self.world.stub
        arrivals = far_end.on_stream(self.world.nats.url) + far_end.on_bus(stub.accepted, stub.moments)
        evidence.keep(self.world.folder, arrivals)
        return examine(self.ledger.records, arrivals, tables.read())

    def _failed_drains(self) -> list[str]:
        """A drain may be killed; none may fail by itself. Nothing is lost by it, so only the log knows."""
        logs = ((relay.name, relay.log.read_text().splitlines()) for relay in self.world.relays)
        return [f"{name}: {line.strip()}" for name, lines in logs for line in lines if FAILED_TASK in line]


def drained() -> bool:
    try:
        return tables.count_waiting() == 0
    except Error:
        connection.close()
        return False
