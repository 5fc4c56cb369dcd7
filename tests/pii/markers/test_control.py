"""That the search looks at every place: what is put there in clear is found."""

import logging
from collections.abc import Iterator
from itertools import chain

import pytest
import redis
import structlog
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.utils import timezone
from pytest_django import Settings

from dlq.operations.start import start
from dlq.operations.subject import Subject
from routing.models import Attempt, Depth, Destination
from tests.pii.markers import sent
from tests.pii.markers.events import brief
from tests.pii.markers.places import api, in_valkey, metrics, pages, tables
from tests.pii.markers.refusals import CARD, MAIL
from tests.pii.markers.scene import TENANT, Scene, everything_logged, everywhere, watched
from tests.pii.markers.search import Place, find
from tests.routing import made

pytestmark = pytest.mark.django_db(transaction=True)


def _places(places: Iterator[Place]) -> str:
    """The names of the places where something was found."""
    return "\n".join(sorted({hit.place for hit in find(places)}))


def test_what_development_leaves_in_clear_is_found_in_all_places_of_an_event(scene: Scene, settings: Settings) -> None:
    settings.ENVIRONMENT = "development"
    for way in ("delivered", "refused"):
        sent.over_http(scene.writer, brief(f"com.example.clear.{way}", f"{way} {MAIL}"), 1)
    scene.relay()

    found = _places(everywhere(scene))

    assert set(_EVENTS_PLACES) == {place for place in _EVENTS_PLACES if place in found}


_EVENTS_PLACES = (
    "table events_outboxentry",
    "stream EVENTS",
    "queue",
    "page /admin/events/outboxentry/",
    "/change/",
    "/data/",
    "page /api/v1/events",
    "page /api/v1/events/0",
    "manage.py tail --json --data",
    "manage.py tail --data",
)


def test_what_is_in_any_table_is_found(scene: Scene) -> None:
    Session.objects.create(session_key="k", session_data=MAIL, expire_date=timezone.now())
    Destination.objects.filter(name="down").update(config={"servers": [CARD]})
    start("discard", Subject(), by=None, reason=f"asked by {MAIL}")

    found = _places(tables())

    for table in ("django_session", "routing_destination", "dlq_operation", "events_auditrecord"):
        assert f"table {table}" in found


def test_what_a_failure_quotes_is_found(scene: Scene) -> None:
    letter = made.dead(Destination.objects.get(name="stream"), made.entry(tenant=TENANT), error=f"refused: {MAIL}")
    Attempt.objects.filter(delivery=letter).update(error=CARD)

    found = _places(chain(tables(), pages(scene.operator), api(scene.reader)))

    for place in ("table routing_delivery", "table routing_attempt", "/admin/dlq/deadletter/", "/api/v1/deliveries/"):
        assert place in found


def test_what_is_in_valkey_or_was_said_to_it_is_found(scene: Scene) -> None:
    with watched(scene.valkey) as commands, redis.Redis.from_url(scene.valkey.url) as client:
        client.rpush("celery", MAIL)
        client.hset("unacked", "1", CARD)
        client.publish("hints", MAIL)
        said = "\n".join(commands())

    found = _places(in_valkey(scene.valkey))
    assert found.splitlines() == ["Valkey: b'celery'", "Valkey: b'unacked'"]
    assert "publish hints" in said.lower()
    assert MAIL in said


def test_what_is_logged_is_found(capfd: pytest.CaptureFixture[str]) -> None:
    with everything_logged():
        structlog.get_logger("events.tests").debug("thing.happened", value=MAIL)
        logging.getLogger("some.library").debug("choked on %s", CARD)
    out = capfd.readouterr().out

    assert [bool(find([Place("log", line)])) for line in out.splitlines()] == [True, True]


def test_what_a_label_of_a_metric_holds_is_found(scene: Scene) -> None:
    marked = Destination.objects.create(name=f"d{CARD}", kind="memory", config={})
    Depth.objects.create(queue="pending", destination_id=marked.pk, count=1)

    assert _places(iter([metrics(scene.reader)])) == "/metrics"


def test_what_was_answered_or_raised_is_found(scene: Scene) -> None:
    scene.tell("a body", HttpResponse(MAIL))
    scene.tell("a header", HttpResponse(headers={"Location": f"/{CARD}"}))
    try:
        try:
            raise KeyError(MAIL)
        except KeyError as cause:
            raise ValueError("nothing to be seen") from cause
    except ValueError as error:
        scene.raised("a cause", error)

    assert _places(iter(scene.told)).splitlines() == ["answer: a body", "answer: a header", "raised: a cause"]
