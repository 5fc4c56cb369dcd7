"""What producers hand in, and what they write down about it."""

from pathlib import Path
from random import Random

import pytest
from django.db import connection

from benchmarks.chaos.draw import Draw
from benchmarks.chaos.layouts import TYPES
from benchmarks.chaos.ledger import LARGE, LARGE_BYTES, Ledger, Outcome, Record
from benchmarks.chaos.producers import ROLLED_BACK_SHARE, TransactionProducer
from events.models import OutboxEntry


def test_the_events_of_a_key_are_numbered_in_the_order_they_are_handed_in() -> None:
    records = Draw("one", Random(1)).group(500)

    by_key: dict[str, list[int]] = {}
    for record in records:
        if record.key:
            by_key.setdefault(record.key, []).append(record.number)
    assert len(by_key) > 50
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_key.values())


def test_half_of_the_events_have_a_key_and_every_type_and_some_poison_occur() -> None:
    records = Draw("one", Random(1)).group(2000)

    assert 0.45 < sum(record.key is not None for record in records) / len(records) < 0.55
    assert {record.type for record in records} == set(TYPES)
    assert 0 < sum(bool(record.poison) for record in records) < 40


def test_two_producers_share_neither_ids_nor_keys() -> None:
    one, two = (Draw(name, Random(1)).group(100) for name in ("one", "two"))

    assert not {record.id for record in one} & {record.id for record in two}
    assert not {record.key for record in one if record.key} & {record.key for record in two}


def test_large_poison_is_as_large_as_it_says() -> None:
    assert len(Record("a", TYPES[0], poison=LARGE).data()) > LARGE_BYTES


@pytest.mark.django_db(transaction=True)
def test_a_producer_stores_what_it_calls_accepted_and_nothing_of_what_it_rolled_back(tmp_path: Path) -> None:
    producer = TransactionProducer("one", Ledger(tmp_path / "ledger.tsv"), seed=1, rate=1.0)
    outcomes: dict[Outcome, set[str]] = {Outcome.ACCEPTED: set(), Outcome.ROLLED_BACK: set()}

    for _ in range(int(5 / ROLLED_BACK_SHARE)):
        group = producer.draw.group(3)
        outcomes[producer.hand_over(group)].update(record.id for record in group)
    connection.close()

    assert outcomes[Outcome.ROLLED_BACK]
    assert set(OutboxEntry.objects.values_list("event_id", flat=True)) == outcomes[Outcome.ACCEPTED]
