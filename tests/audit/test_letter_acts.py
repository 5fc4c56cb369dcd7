"""Redrive, discard and acts on many: who, how many and why, and nothing of the events."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from dlq.models import Operation
from dlq.one import discard_one, redrive_one
from dlq.operations.cancel import cancel
from dlq.operations.errors import MoreThanExpectedError
from dlq.operations.run import run
from dlq.operations.start import start
from dlq.operations.subject import Subject
from events.api_keys import issue_key
from events.who import Caller
from routing.models import Delivery
from tests.audit.records import acts, everything, newest
from tests.routing import made

pytestmark = pytest.mark.django_db
USER = User(pk=7)
KEY = Caller(3, "deploy", "shop", frozenset())
MARKER = "marker-4711"


def letter() -> Delivery:
    """Of an event with markers wherever a producer can put some."""
    entry = made.entry(subject=MARKER, datacontenttype="application/json", data=f'"{MARKER}"')
    return made.dead(made.destination(), entry, error=MARKER)


def test_one_letter_is_redriven_and_discarded() -> None:
    first, second = letter(), made.dead(made.destination("other"))

    assert redrive_one(first.pk, by=USER)
    redriven = newest()
    assert discard_one(second.pk, reason="a test event", by=KEY)

    told = (redriven["act"], redriven["subject"], redriven["subject_id"], redriven["by"])
    assert told == ("dead_letter.redriven", "dead letter", str(first.pk), "user 7")
    assert (redriven["before"], redriven["after"]) == ({"state": "dead"}, {"state": "pending"})
    discarded = newest()
    assert (discarded["act"], discarded["reason"]) == ("dead_letter.discarded", "a test event")
    assert discarded["tenant"] == "shop"
    assert MARKER not in everything()


def test_a_letter_that_is_dead_no_longer_leaves_no_record() -> None:
    gone = made.delivery(made.destination())

    assert not redrive_one(gone.pk, by=USER)
    assert not discard_one(gone.pk, reason="", by=USER)

    assert acts() == []


def test_the_pages_and_the_api_leave_one_record_each() -> None:
    one, two = letter(), made.dead(made.destination("other"))
    client = made.logged_in("dlq.view_deadletter", "dlq.redrive_deadletter")
    _, secret = issue_key("ops", ["operate"])

    client.post(reverse("admin:dlq_deadletter_redrive_one", args=[one.pk]))
    address = f"/api/v1/dead-letters/{two.pk}/discard"
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    assert api.post(address, {}, content_type="application/json").status_code == 200
    assert api.post(address, {}, content_type="application/json").status_code == 409

    assert acts() == ["api_key.issued", "dead_letter.redriven", "dead_letter.discarded"]


def test_an_act_on_many_is_one_record_however_many_it_takes() -> None:
    nats = made.destination()
    for _ in range(3):
        made.dead(nats)

    operation = start("discard", Subject(query="dest:nats"), by=KEY, reason="a test", announced=False)
    run(operation.pk)

    record = newest()
    told = (record["act"], record["subject_id"], record["reason"], record["by"])
    assert told == ("operation.started", str(operation.uuid), "a test", "API key 3")
    assert (record["after"]["kind"], record["after"]["filter"]) == ("discard", {"query": "dest:nats"})
    assert (record["after"]["total"], Delivery.objects.filter(state="discarded").count()) == (3, 3)
    assert acts() == ["operation.started"]


def test_a_selection_is_told_by_its_size() -> None:
    operation = start("redrive", Subject.chosen([letter().pk, 999]), by=USER, announced=False)

    assert newest()["after"]["filter"] == {"ids": 2}
    assert len(operation.filter["ids"]) == 2
    assert MARKER not in everything()


def test_routing_again_is_an_act_on_many_too() -> None:
    made.unrouted(subject=MARKER)

    run(start(Operation.Kind.ROUTE_AGAIN, Subject(), by=USER, announced=False).pk)

    assert acts() == ["operation.started"]
    assert MARKER not in everything()


def test_cancelling_is_told_and_only_once() -> None:
    letter()
    operation = start("redrive", Subject(), by=USER, announced=False)

    assert cancel(operation, by=KEY)
    assert cancel(operation, by=USER)

    record = newest()
    assert (record["act"], record["by"]) == ("operation.cancelled", "API key 3")
    assert (record["before"]["state"], record["after"]["state"]) == ("waiting", "cancelled")
    assert acts() == ["operation.started", "operation.cancelled"]


def test_what_is_refused_leaves_no_record() -> None:
    letter()

    with pytest.raises(MoreThanExpectedError):
        start("redrive", Subject(), by=USER, expected_count=0)

    assert acts() == []
