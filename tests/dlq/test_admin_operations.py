import pytest
from django.contrib.auth.models import User
from django.test import Client

from dlq.models import Operation
from dlq.operations.progress import Progress
from dlq.operations.run import run
from dlq.operations.start import start
from dlq.operations.subject import Subject
from tests.routing import made

pytestmark = pytest.mark.django_db

LIST = "/admin/dlq/operation/"


def asked(*, by: int = 1) -> Operation:
    made.dead(made.destination())
    return start("redrive", Subject(query="dest:nats"), by=User(pk=by), reason="<b>a test</b>")


@pytest.fixture
def client() -> Client:
    return made.logged_in("dlq.view_operation", "dlq.redrive_deadletter")


def test_the_page_of_an_operation_says_who_asked_for_what_and_why(client: Client) -> None:
    operation = asked(by=int(client.session["_auth_user_id"]))

    page = client.get(f"{LIST}{operation.pk}/change/").content.decode()

    assert "dest:nats" in page
    assert "operator" in page
    assert "&lt;b&gt;a test" in page
    assert f'data-dlq-progress="{LIST}{operation.pk}/progress/"' in page
    assert "dlq/operation.js" in page


def test_its_part_that_changes_says_when_it_is_over(client: Client) -> None:
    operation = asked()
    before = client.get(f"{LIST}{operation.pk}/progress/").content.decode()

    run(operation.pk)

    after = client.get(f"{LIST}{operation.pk}/progress/").content.decode()
    assert 'data-dlq-open="yes"' in before
    assert 'data-dlq-open="no"' in after
    assert "1 of 1" in after


def test_the_list_shows_them_all(client: Client) -> None:
    asked()

    page = client.get(LIST).content.decode()

    assert "dest:nats" in page
    assert "waiting" in page


def test_it_can_be_cancelled(client: Client) -> None:
    operation = asked()

    client.post(f"{LIST}{operation.pk}/cancel/")

    operation.refresh_from_db()
    assert operation.state == "cancelled"
    assert "operator" in client.get(f"{LIST}{operation.pk}/change/").content.decode()


def test_cancelling_needs_a_post_and_the_permission_for_the_act(client: Client) -> None:
    operation = asked()
    other = made.logged_in("dlq.view_operation", "dlq.discard_deadletter", name="other")

    assert client.get(f"{LIST}{operation.pk}/cancel/").status_code == 403
    assert other.post(f"{LIST}{operation.pk}/cancel/").status_code == 403
    operation.refresh_from_db()
    assert operation.state == "waiting"


def test_nobody_writes_one_by_hand(client: Client) -> None:
    operation = asked()

    assert client.post(f"{LIST}{operation.pk}/change/", {"state": "done"}).status_code == 200
    assert client.get(f"{LIST}add/").status_code == 403
    operation.refresh_from_db()
    assert operation.state == "waiting"


def test_others_do_not_see_them() -> None:
    operation = asked()
    client = made.logged_in("events.view_outboxentry", name="other")

    for path in ("", f"{operation.pk}/change/", f"{operation.pk}/progress/"):
        assert client.get(f"{LIST}{path}").status_code == 403


def test_one_that_there_is_not_leads_to_the_list(client: Client) -> None:
    assert client.get(f"{LIST}999/change/").status_code == 302
    assert client.get(f"{LIST}999/progress/").status_code == 404


@pytest.mark.parametrize(
    ("progress", "percent", "rate", "left"),
    [
        (Progress(0, 10, 0.0, False), 0, None, None),
        (Progress(5, 10, 2.0, False), 50, 2.5, 2.0),
        (Progress(12, 10, 2.0, False), 100, 6.0, 0.0),
        (Progress(3, 10, 2.0, True), 100, 1.5, None),
        (Progress(0, 0, 0.0, False), 0, None, None),
    ],
)
def test_progress_is_told_in_numbers_that_people_read(
    progress: Progress, percent: int, rate: float | None, left: float | None
) -> None:
    assert (progress.percent, progress.per_second, progress.seconds_left) == (percent, rate, left)
