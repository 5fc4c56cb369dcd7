import pytest
from django.test import Client

from dlq.models import Operation
from dlq.operations.run import run
from events.models import PendingEntry
from tests.routing import made

pytestmark = pytest.mark.django_db

LIST = "/admin/routing/unrouted/"


@pytest.fixture
def client() -> Client:
    return made.logged_in("routing.view_unrouted", "routing.route_unrouted")


def confirm(client: Client, address: str) -> None:
    shown = client.get(address).context
    client.post(address, {"expected_count": shown["count"], "as_of": shown["as_of"], "note": ""})
    run(Operation.objects.get().pk)


def waiting() -> set[int]:
    return set(PendingEntry.objects.values_list("pk", flat=True))


def test_it_says_what_to_do_first(client: Client) -> None:
    made.unrouted()

    page = client.get(LIST).content.decode()

    assert "/admin/routing/routingrule/" in page
    assert "publish" in page


def test_it_narrows_by_type(client: Client) -> None:
    order = made.unrouted(type="com.example.order.placed")
    other = made.unrouted()

    page = client.get(LIST, {"q": "type:com.example.order.*"}).content.decode()

    assert str(order.entry.uuid) in page
    assert str(other.entry.uuid) not in page


def test_a_selection_is_routed_again(client: Client) -> None:
    """H13."""
    first, _ = made.unrouted(), made.unrouted()

    asked = client.post(LIST, {"action": "route_again", "_selected_action": [first.pk]})
    assert not waiting()

    confirm(client, asked.headers["Location"])
    assert waiting() == {first.pk}


@pytest.mark.parametrize(("query", "moved"), [("", 3), ("?q=type:com.example.order.*", 1)])
def test_all_or_all_that_a_search_finds_are_routed_again(client: Client, query: str, moved: int) -> None:
    made.unrouted(type="com.example.order.placed")
    made.unrouted()
    made.unrouted()

    confirm(client, f"{LIST}many/route_again/{query}")

    assert len(waiting()) == moved


def test_it_needs_its_permission() -> None:
    row = made.unrouted()
    client = made.logged_in("routing.view_unrouted", name="viewer")

    client.post(LIST, {"action": "route_again", "_selected_action": [row.pk]})

    assert client.get(LIST).status_code == 200
    assert client.post(f"{LIST}many/route_again/", {}).status_code == 403
    assert not Operation.objects.exists()
