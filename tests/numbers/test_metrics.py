"""What a drain tells Prometheus: per batch, and no more labels than there are destinations."""

import time

import pytest
from prometheus_client import REGISTRY, CollectorRegistry

from events.envelope import CloudEvent
from routing import metrics
from routing.bulk_histogram import BulkHistogram
from routing.models import Delivery
from routing.numbers.count import Counts
from routing.publishers.port import Failure, Outcome, Receipt, Result
from routing.relay.work import Entry, Work
from tests.numbers.grown import Read, grown
from tests.relay.conftest import Installation, installation

__all__ = ["grown", "installation"]


def answered_work(result: Result, *, accepted: float, sent: float) -> Work:
    entry = Entry(1, 0, None, "0" * 32, CloudEvent(id="a", source="/s", type="t"), accepted)
    work = Work(entry, 1, (), 1, 1, 1)
    work.result, work.sent_at = result, sent
    return work


def test_a_bulk_histogram_holds_what_one_by_one_would() -> None:
    values = [0.001, 0.4, 0.4, 1.0, 7.0, 99.0]
    one_by_one, bulk = (
        BulkHistogram(name, "test", registry=CollectorRegistry(), buckets=(0.01, 0.4, 1, 10)) for name in ("a", "b")
    )

    for value in values:
        one_by_one.observe(value)
    bulk.observe_many(values[:4])
    for value in values[4:]:
        bulk.observe_times(value, 1)

    [expected], [found] = one_by_one.collect(), bulk.collect()
    wanted = [(each.name[1:], each.labels, each.value) for each in expected.samples if "created" not in each.name]
    assert [(s.name[1:], s.labels, s.value) for s in found.samples if "created" not in s.name] == wanted


def test_counts_go_to_the_destination_by_its_name(grown: Read) -> None:
    counts = Counts({("accepted", 0, 0): 5, ("unrouted", 0, 0): 1, ("delivered", 1, 0): 4, ("matched", 0, 7): 4})

    metrics.count(counts, {1: "counted"})

    assert grown("relayed_total") == 5
    assert grown("unrouted_total") == 1
    assert grown("published_total", destination="counted") == 4


def test_a_destination_begins_at_zero_before_anything_happens_there() -> None:
    metrics.count(Counts(), {1: "quiet"})

    assert REGISTRY.get_sample_value("event_control_plane_dead_total", {"destination": "quiet"}) == 0.0


def test_what_is_counted_of_a_removed_destination_keeps_a_label(grown: Read) -> None:
    metrics.count(Counts({("dead", 99, 0): 1}), {1: "other"})

    assert grown("dead_total", destination="removed") == 1


def test_answers_are_timed_from_the_sending_and_from_the_storing(grown: Read) -> None:
    works = [answered_work(Receipt("r"), accepted=100.0 + n, sent=110.0) for n in range(2)]
    works.append(answered_work(Failure(Outcome.RETRYABLE, "code", "message"), accepted=100.0, sent=110.0))

    metrics.answered("timed", works, 112.0)

    assert grown("publish_seconds_sum", destination="timed") == pytest.approx(6.0)
    assert grown("publish_seconds_count", destination="timed") == 3
    assert grown("commit_to_ack_seconds_sum", destination="timed") == pytest.approx(23.0)
    assert grown("commit_to_ack_seconds_count", destination="timed") == 2


def test_a_drain_tells_what_it_published_and_how_long_it_took(installation: Installation, grown: Read) -> None:
    installation.destination("told")
    installation.publish(installation.rule("told"))
    begun = time.monotonic()
    installation.accept(*map(str, range(20)))

    installation.run(lambda: Delivery.objects.count() == 20)

    took = time.monotonic() - begun
    assert grown("published_total", destination="told") == 20
    assert grown("commit_to_ack_seconds_count", destination="told") == 20
    assert 0 < grown("commit_to_ack_seconds_sum", destination="told") <= 20 * took
    assert grown("batch_events_sum", lane="fresh") == 20
