"""Addresses and forms that nothing of ours would make are answered by a page, not by an error page (H25)."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlq.models import Operation
from routing.models import Destination
from tests.routing import made

pytestmark = pytest.mark.django_db

PAGES = (
    "routing/destination/{}/change/",
    "routing/destination/{}/pause/",
    "routing/destination/{}/resume/",
    "routing/routingtable/{}/rollback/",
    "dlq/deadletter/{}/redrive/",
    "dlq/deadletter/{}/discard/",
)
LISTS = (
    "events/outboxentry/",
    "routing/delivery/",
    "routing/unrouted/",
    "dlq/deadletter/",
    "dlq/deadletter/many/redrive/",
)


@pytest.fixture
def client() -> Client:
    made.dead(made.destination())
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("number", ["abc", "_00", "9" * 40])
def test_an_address_without_a_number_names_nothing(client: Client, page: str, number: str) -> None:
    assert client.get(f"/admin/{page.format(number)}").status_code in (302, 404)


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("query", ["since:0001-01-01T00:00:00+14:00", "until:9999-12-31T23:59:59-14:00"])
def test_times_at_the_end_of_the_calendar_can_be_asked_for(client: Client, page: str, query: str) -> None:
    assert client.get(f"/admin/{page}", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    "as_of", ["0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_an_act_as_of_a_time_that_was_never_shown_is_not_begun(client: Client, as_of: str) -> None:
    wish = {"note": "", "expected_count": "1", "as_of": as_of}

    response = client.post("/admin/dlq/deadletter/many/redrive/?q=since:1h", wish)

    assert response.status_code == 200
    assert not Operation.objects.exists()


def test_a_trial_with_what_the_database_cannot_store_is_told_so(client: Client) -> None:
    form = {
        "name": "r", "type_pattern": "*", "filters": "", "strategy": "ALL", "targets-TOTAL_FORMS": "1",
        "targets-INITIAL_FORMS": "0", "targets-0-destination": str(Destination.objects.get().pk),
        "targets-0-position": "0", "try": "a\0b",
    }  # fmt: skip

    response = client.post("/admin/routing/routingrule/try/", form)

    assert "Give an event type" in response.content.decode()
