from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings
from structlog.testing import capture_logs

from events.revision import EditConflictError
from routing import health
from routing.destination_config import KIND_STAYS, NAME_TAKEN, SWALLOWS, DestinationError, save_destination
from routing.destinations import delete, pause
from routing.models import Destination, DestinationHealth
from tests.routing import made

pytestmark = pytest.mark.django_db

NATS = {"servers": ["nats://nats.example.com:4222"], "token": "env:NATS_TOKEN"}


def new(**values: Any) -> Destination:
    return Destination(**{"name": "nats", "kind": "nats", "config": NATS, **values})


def problems(destination: Destination, expected: int | None = None) -> list[str]:
    with pytest.raises(DestinationError) as refused:
        save_destination(destination, expected=expected, by=None)
    return [place for place, _message in refused.value.problems]


def probe_due() -> bool:
    return DestinationHealth.objects.filter(next_probe_at__lte=Now()).exists()


def test_a_new_destination_is_saved() -> None:
    save_destination(new(), expected=None, by=None)

    assert Destination.objects.get().config == NATS


def test_every_problem_is_told_with_its_place_and_no_secret_is_quoted() -> None:
    odd = new(name="a b", max_attempts=0, config={"token": "hunter2", "speed": 1}, backoff_base_seconds=90)

    with pytest.raises(DestinationError) as refused:
        save_destination(odd, expected=None, by=None)

    places = {place for place, _message in refused.value.problems}
    assert places == {"/name", "/max_attempts", "/backoff_cap_seconds", "/config/token", "/config/speed"}
    assert "hunter2" not in str(refused.value)
    assert not Destination.objects.exists()


def test_a_config_is_held_against_its_kind() -> None:
    assert problems(new(kind="eventbridge")) == ["/config/servers", "/config/token"]
    assert problems(new(config=[])) == ["/config"]


def test_the_kind_changes_until_something_was_sent() -> None:
    destination = made.destination()
    destination.kind, destination.config = "nats", NATS
    save_destination(destination, expected=1, by=None)
    made.delivery(destination)
    destination.kind, destination.config = "memory", {}

    with pytest.raises(DestinationError) as refused:
        save_destination(destination, expected=2, by=None)

    assert refused.value.problems == (KIND_STAYS,)
    assert (Destination.objects.get().kind, destination.revision) == ("nats", 2)


def test_a_stale_revision_is_a_conflict() -> None:
    """H47."""
    destination, stale = made.destination(), Destination.objects.get()
    save_destination(destination, expected=1, by=None)

    with pytest.raises(EditConflictError) as conflict:
        save_destination(stale, expected=1, by=None)

    assert conflict.value.current == 2
    with pytest.raises(EditConflictError):
        delete(stale, expected=1)


def test_saving_leaves_a_pause_as_an_operator_set_it_meanwhile() -> None:
    seen = made.destination()
    pause(Destination.objects.get(), reason="moved", by=None)

    save_destination(seen, expected=1, by=None)

    assert (Destination.objects.get().paused, Destination.objects.get().paused_reason) == (True, "moved")


def test_what_was_mended_is_probed_at_once(django_capture_on_commit_callbacks: Any) -> None:
    destination = made.destination()
    for _ in range(6):
        health.mark_unreachable(destination.pk, "refused", "connection refused")
    assert not probe_due()

    with django_capture_on_commit_callbacks(execute=True):
        save_destination(destination, expected=1, by=None)

    assert probe_due()


def test_what_is_up_is_not_probed(django_capture_on_commit_callbacks: Any) -> None:
    destination = made.destination()
    health.mark_reachable(destination.pk)

    with django_capture_on_commit_callbacks(execute=True):
        save_destination(destination, expected=1, by=None)

    assert not probe_due()


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_one_is_saved_and_the_other_told() -> None:
    """H47."""
    made.destination()

    def edit(attempts: int) -> bool:
        destination = Destination.objects.get()
        destination.max_attempts = attempts
        try:
            save_destination(destination, expected=1, by=None)
        except EditConflictError:
            return False
        return True

    assert sorted(made.at_once(*[partial(edit, attempts) for attempts in (4, 5, 6)])) == [False, False, True]
    assert Destination.objects.get().revision == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_new_destinations_of_one_name_at_once_one_is_told_that_it_is_taken() -> None:
    def create() -> tuple[Any, ...]:
        try:
            save_destination(new(), expected=None, by=None)
        except DestinationError as error:
            return error.problems
        return ()

    assert sorted(made.at_once(create, create)) == [(), (NAME_TAKEN,)]


@pytest.mark.django_db(transaction=True)
def test_pausing_and_saving_at_once_both_take_effect() -> None:
    destination = made.destination()
    health.mark_unreachable(destination.pk, "refused", "connection refused")
    DestinationHealth.objects.update(next_probe_at=Now() + timedelta(hours=1))

    def save(_times: int = 5) -> None:
        for expected in range(1, _times + 1):
            save_destination(Destination.objects.get(), expected=expected, by=None)

    def hold(_times: int = 5) -> None:
        for _ in range(_times):
            pause(destination, reason="moved", by=None)

    made.at_once(save, hold)

    saved = Destination.objects.get()
    assert (saved.paused, saved.revision) == (True, 6)
    assert probe_due()


def test_outside_of_tests_nothing_is_sent_to_where_it_is_lost(settings: Settings) -> None:
    """Neither a new destination nor one that was another."""
    settings.MEMORY_DESTINATIONS = False
    there = made.destination("there", kind="nats", config=NATS)
    there.kind, there.config = "memory", {}

    for destination, expected in ((new(kind="memory", config={}), None), (there, 1)):
        with pytest.raises(DestinationError) as refused:
            save_destination(destination, expected=expected, by=None)
        assert refused.value.problems == (SWALLOWS,)

    assert Destination.objects.get().kind == "nats"


def test_saving_is_logged_with_ids_and_nothing_of_the_config() -> None:
    with capture_logs() as logged:
        save_destination(new(), expected=None, by=made.user())

    [saved] = logged
    assert (saved["event"], saved["destination_id"]) == ("destination.saved", Destination.objects.get().pk)
    assert saved["by"].startswith("user ")
    assert "NATS" not in str(logged)
