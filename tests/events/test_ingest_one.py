"""One event in a transaction of its own."""

import pytest
from django.db import connection, transaction

from events.ingest import Conflict, ingest, ingest_one
from events.models import OutboxEntry, PendingEntry
from tests.events.samples import event

pytestmark = [pytest.mark.storage, pytest.mark.django_db(transaction=True)]


def test_it_is_committed_with_its_pending_mark() -> None:
    answer = ingest_one(event("a"))

    stored = OutboxEntry.objects.get()
    assert (answer.uuid, answer.duplicate) == (stored.uuid, False)
    assert PendingEntry.objects.get().entry_id == stored.sequence
    assert not connection.in_atomic_block


def test_the_same_again_keeps_the_first_id() -> None:
    first = ingest_one(event("a"))

    again = ingest_one(event("a"))

    assert (again.uuid, again.duplicate) == (first.uuid, True)
    assert OutboxEntry.objects.count() == 1


def test_h22_other_content_under_the_same_id_is_a_conflict_and_the_connection_stays_usable() -> None:
    ingest_one(event("a"))

    with pytest.raises(Conflict):
        ingest_one(event("a", data='{"other": 1}'))

    assert OutboxEntry.objects.count() == PendingEntry.objects.count() == 1


def test_inside_a_transaction_it_is_part_of_it() -> None:
    with transaction.atomic():
        ingest_one(event("a"))
        transaction.set_rollback(True)

    assert not OutboxEntry.objects.exists()


def test_it_finds_what_a_transaction_has_stored() -> None:
    with transaction.atomic():
        [first] = ingest(event("a"))

    assert ingest_one(event("a")).uuid == first.uuid
