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

    assert "On their way again: 1." in response.content.decode()
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


def test_a_letter_is_redriven_from_its_own_page(client: Client) -> None:
    letter = made.dead(made.destination())
    page = client.get(f"{LIST}{letter.pk}/change/").content.decode()
    address = f"{LIST}{letter.pk}/redrive"
    assert address in page

    assert client.get(address, follow=True).status_code == 200
    assert state(letter) == "dead"

    client.post(f"{address}/", {"asked": "1"})
    assert state(letter) == "pending"


def test_a_letter_is_discarded_from_its_own_page(client: Client) -> None:
    letter = made.dead(made.destination())

    assert client.get(f"{LIST}{letter.pk}/discard/").status_code == 200
    assert state(letter) == "dead"

    client.post(f"{LIST}{letter.pk}/discard/", {"asked": "1", "note": "a test"})
    assert state(letter) == "discarded"


@pytest.mark.parametrize(("verb", "other"), [("redrive", "discard"), ("discard", "redrive")])
def test_the_buttons_of_a_letter_need_their_permission_and_a_dead_letter(verb: str, other: str) -> None:
    nats = made.destination()
    letter, pending = made.dead(nats), made.delivery(nats, "pending")
    half = made.logged_in("dlq.view_deadletter", f"dlq.{other}_deadletter", name="half")
    whole = made.logged_in("dlq.view_deadletter", f"dlq.{verb}_deadletter", name="whole")

    assert half.post(f"{LIST}{letter.pk}/{verb}/", {"asked": "1"}).status_code == 403
    assert whole.post(f"{LIST}{pending.pk}/{verb}/", {"asked": "1"}).status_code == 404
    assert (state(letter), state(pending)) == ("dead", "pending")
