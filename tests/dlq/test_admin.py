from typing import Any

import pytest
from django.test import Client

from dlq.admin import dead_letter as module
from dlq.admin.dead_letter import DeadLetterAdmin
from dlq.models import Operation
from dlq.operations.run import run
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


def test_the_list_is_a_search_in_the_words_of_the_others(client: Client) -> None:
    letter = made.dead(made.destination())
    other = made.dead(made.destination("other"), error_class="timeout")

    page = client.get(LIST, {"q": "dest:other error:timeout"}).content.decode()

    assert str(other.entry) in page
    assert str(letter.entry) not in page


@pytest.mark.parametrize("query", ["dest:nowhere", "color:red", 'type:"', "since:soon"])
def test_a_search_that_cannot_be_understood_says_so_and_offers_no_act(client: Client, query: str) -> None:
    """H25: what would be done to everything is never a misread filter."""
    letter = made.dead(made.destination())

    page = client.get(LIST, {"q": query})

    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert str(letter.entry) not in page.content.decode()
    assert "many/redrive" not in page.content.decode()


def test_it_offers_to_narrow_by_destination_and_error_class(client: Client) -> None:
    nats, other = made.destination(), made.destination("other")
    for to in (nats, nats, other):
        made.dead(to)

    page = client.get(LIST, {"q": "error:too_large"}).content.decode()

    assert "?q=dest%3Anats+error%3Atoo_large" in page
    assert "?q=dest%3Aother+error%3Atoo_large" in page


def test_long_lists_go_on_where_the_page_ended(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DeadLetterAdmin, "list_per_page", 2)
    monkeypatch.setattr(module, "WINDOW", 3)
    nats = made.destination()
    letters = [made.dead(nats) for _ in range(7)]

    seen, address = [], LIST
    while address:
        changelist = client.get(address).context["cl"]
        seen += [letter.pk for letter in changelist.result_list]
        address = changelist.older and f"{LIST}{changelist.older}"

    assert seen == [letter.pk for letter in reversed(letters)]


def test_no_list_counts_or_asks_row_by_row(client: Client, django_assert_max_num_queries: Any) -> None:
    """H12."""
    nats = made.destination()
    for _ in range(20):
        made.dead(nats)

    with django_assert_max_num_queries(25) as queries:
        client.get(LIST)

    assert not [query for query in queries.captured_queries if "COUNT(" in query["sql"].upper()]


def chosen(client: Client, act: str, *letters: Delivery) -> str:
    """The address of the page that asks, as the action of the list leads to it."""
    keys = [letter.pk for letter in letters]
    return client.post(LIST, {"action": act, "_selected_action": keys}).headers["Location"]


def confirm(client: Client, address: str, **values: Any) -> Any:
    """Post what the page that asks has in its form."""
    form = client.get(address).context
    shown = {"expected_count": form["count"], "as_of": form["as_of"]}
    return client.post(address, {**shown, "note": "", **values}, follow=True)


def test_a_selection_is_redriven_after_a_page_that_says_how_many(client: Client) -> None:
    nats = made.destination()
    letter, other = made.dead(nats), made.dead(nats)
    address = chosen(client, "redrive", letter)

    asked = client.get(address).content.decode()
    assert "Redrive 1 dead letter" in asked
    assert letter.entry.type in asked
    assert state(letter) == "dead"

    page = confirm(client, address)
    operation = Operation.objects.get()
    assert page.redirect_chain[-1][0] == f"/admin/dlq/operation/{operation.pk}/change/"
    run(operation.pk)
    assert (state(letter), state(other)) == ("pending", "dead")


def test_all_that_a_search_finds_are_discarded_with_a_reason(client: Client) -> None:
    nats, other = made.dead(made.destination()), made.dead(made.destination("other"))
    address = f"{LIST}many/discard/?q=dest:nats"

    assert "This field is required" in confirm(client, address).content.decode()
    assert not Operation.objects.exists()

    confirm(client, address, note="a test")
    operation = Operation.objects.get()
    assert (operation.reason, operation.filter) == ("a test", {"query": "dest:nats"})
    run(operation.pk)
    assert (state(nats), state(other)) == ("discarded", "dead")


def test_what_dies_after_the_page_was_shown_is_not_part_of_it(client: Client) -> None:
    nats = made.destination()
    first = made.dead(nats)
    address = f"{LIST}many/redrive/"
    shown = client.get(address).context
    later = made.dead(nats)

    client.post(address, {"expected_count": shown["count"], "as_of": shown["as_of"], "note": ""})

    run(Operation.objects.get().pk)
    assert (state(first), state(later)) == ("pending", "dead")


@pytest.mark.parametrize("as_of", ["", "now", "2026-11-20T10:00:00", "x" * 100])
def test_a_form_that_was_tampered_with_starts_nothing(client: Client, as_of: str) -> None:
    made.dead(made.destination())

    page = client.post(f"{LIST}many/redrive/", {"expected_count": 1, "as_of": as_of, "note": ""})

    assert page.status_code == 200
    assert not Operation.objects.exists()


def test_more_than_was_shown_is_asked_about_again(client: Client) -> None:
    nats = made.destination()
    made.dead(nats)
    made.dead(nats)
    address = f"{LIST}many/redrive/"

    page = client.post(address, {"expected_count": 1, "as_of": client.get(address).context["as_of"], "note": ""})

    assert "There are more by now" in page.content.decode()
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=dest:nowhere", "no destination has this name"),
        ("q=dest:nats", "nothing matches"),
        ("ids=1,x,,99999999999999999999", "nothing matches"),
    ],
)
def test_where_nothing_matches_there_is_nothing_to_confirm(client: Client, query: str, says: str) -> None:
    made.destination()

    page = client.get(f"{LIST}many/redrive/?{query}").content.decode()

    assert says in page
    assert 'name="expected_count"' not in page


@pytest.mark.parametrize("action", ["redrive", "discard"])
def test_each_act_needs_its_own_permission(action: str) -> None:
    letter = made.dead(made.destination())
    other = {"redrive": "discard", "discard": "redrive"}[action]
    client = made.logged_in("dlq.view_deadletter", f"dlq.{other}_deadletter", name="half")

    client.post(LIST, {"action": action, "_selected_action": [letter.pk]})

    assert f"many/{action}" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}many/{action}/").status_code == 403
    assert client.post(f"{LIST}many/{action}/", {"note": "x"}).status_code == 403
    assert not Operation.objects.exists()


def test_markup_in_an_error_is_text(client: Client) -> None:
    """H43."""
    letter = made.dead(made.destination(), error="<script>alert(1)</script>", error_class="<b>")

    for address in (LIST, f"{LIST}many/redrive/", f"{LIST}{letter.pk}/change/"):
        page = client.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "<b>" not in page


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
    client.post(f"{LIST}{letter.pk}/discard/", {"asked": "1", "note": ""})
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
