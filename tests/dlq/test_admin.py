import pytest
from django.test import Client

from routing.models import Delivery
from tests.routing import made

pytestmark = pytest.mark.django_db

LIST = "/admin/dlq/deadletter/"


@pytest.fixture
def client() -> Client:
    return made.logged_in("dlq.view_deadletter", "dlq.redrive_deadletter", "dlq.discard_deadletter")


def state(letter: Delivery) -> str:
    letter.refresh_from_db()
    return letter.state


def test_only_dead_letters_are_listed(client: Client) -> None:
    nats = made.destination()
    letter, other = made.dead(nats), made.delivery(nats, "pending")

    page = client.get(LIST).content.decode()

    assert str(letter.entry) in page
    assert "too_large" in page
    assert str(other.entry) not in page
    assert client.get(f"{LIST}{letter.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{other.pk}/change/").status_code == 302


def test_selected_letters_are_redriven(client: Client) -> None:
    nats = made.destination()
    chosen, other = made.dead(nats), made.dead(nats)

    response = client.post(LIST, {"action": "redrive", "_selected_action": [chosen.pk]}, follow=True)

    assert "1 dead letters are on their way again" in response.content.decode()
    assert (state(chosen), state(other)) == ("pending", "dead")


def test_selected_letters_are_discarded_after_a_page_that_asks_why(client: Client) -> None:
    letter = made.dead(made.destination())

    asked = client.post(LIST, {"action": "discard", "_selected_action": [letter.pk]})
    assert f'name="_selected_action" value="{letter.pk}"' in asked.content.decode()
    assert state(letter) == "dead"

    told = {"action": "discard", "_selected_action": [letter.pk], "confirmed": "1", "note": "a test"}
    client.post(LIST, told)
    assert state(letter) == "discarded"
    assert letter.error is not None
    assert letter.error.endswith(": a test)")


@pytest.mark.parametrize("action", ["redrive", "discard"])
def test_each_action_needs_its_own_permission(action: str) -> None:
    letter = made.dead(made.destination())
    other = {"redrive": "discard", "discard": "redrive"}[action]
    client = made.logged_in("dlq.view_deadletter", f"dlq.{other}_deadletter", name="half")

    client.post(LIST, {"action": action, "_selected_action": [letter.pk], "confirmed": "1", "note": ""})

    assert state(letter) == "dead"
