"""What a log line holds, and what it never does, whatever it is given."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import structlog
from django.db import IntegrityError, connection
from django.test import Client
from structlog.contextvars import bound_contextvars
from structlog.stdlib import ProcessorFormatter

from controlplane import logs
from controlplane.celery import app
from controlplane.logs.foreign import BEAT_SENDS, FirstOfEach
from controlplane.logs.route import ROUTE
from controlplane.logs.stream import CurrentStream
from controlplane.logs.tasks import hand_on_request
from controlplane.logs.web import tell
from events.envelope import CloudEvent, EnvelopeError
from routing.health import mark_reachable, mark_unreachable
from routing.relay.announce import announce
from routing.relay.settlement import Change, Settlement
from routing.relay.work import Entry
from tests.routing import made

HOSTILE = [
    "line\nevil level=error",
    "carriage\rreturn",
    "\x1b[31mred\x1b[0m",
    "nul\x00 bell\x07 del\x7f",
    "c1 \x9b31m \x85",
    "\u2028\u2029",
    "bidi \u202e\u2066",
    "' other='field'",
]
MARKER = "4111-1111-1111-1111"


class Lines:
    """What was logged, as the formatter of one form writes it."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.stream = io.StringIO()
        options = dict(logs.configure(form, "INFO")["formatters"]["line"])
        del options["()"]
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(ProcessorFormatter(**options))

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        return self.all[-1]


def listening(form: str) -> Iterator[Lines]:
    lines = Lines(form)
    root = logging.getLogger()
    before = root.level
    root.addHandler(lines.handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(lines.handler)
    root.setLevel(before)


@pytest.fixture
def as_json() -> Iterator[Lines]:
    yield from listening("json")


@pytest.fixture
def as_text() -> Iterator[Lines]:
    yield from listening("text")


@pytest.fixture(params=["json", "text"])
def lines(request: pytest.FixtureRequest) -> Iterator[Lines]:
    yield from listening(request.param)


log = structlog.get_logger("routing.tests")


def test_an_event_is_one_json_object_with_its_ids(as_json: Lines) -> None:
    log.info("destination.paused", destination_id=3, entry=UUID(int=7))

    told = as_json.last
    assert (told["event"], told["level"], told["logger"]) == ("destination.paused", "info", "routing.tests")
    assert (told["destination_id"], told["entry"]) == (3, str(UUID(int=7)))
    assert told["timestamp"].endswith("Z")


def test_people_read_time_level_event_and_quoted_values(as_text: Lines) -> None:
    log.warning("destination.paused", destination_id=3, by="user 1")

    assert as_text.text.endswith("Z WARNING  destination.paused destination_id=3 by='user 1'\n")


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_h43_no_value_leaves_its_line_or_acts_on_a_terminal(value: str, lines: Lines) -> None:
    log.info("thing.happened", value=value, nested={value: [value]})
    logging.getLogger("django.request").warning("Not Found: %s", value)

    printed = lines.text
    assert printed.count("\n") == 2
    assert all(character.isprintable() for character in printed.replace("\n", ""))


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_h43_json_gives_the_value_back_as_it_was(value: str, as_json: Lines) -> None:
    log.info("thing.happened", value=value)

    assert as_json.last["value"] == value


def test_h43_a_lone_surrogate_is_printed_as_its_number(lines: Lines) -> None:
    """Not logged: what pytest captures of one cannot be sent between its processes."""
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", ("\ud800",), None)

    printed = lines.handler.format(record)

    assert printed.isprintable()
    assert "\\ud800" in printed


def test_h43_a_librarys_text_cannot_pretend_to_be_a_field(as_text: Lines) -> None:
    logging.getLogger("django.request").warning("Not Found: /x destination_id=9")

    assert "django.request message='Not Found: /x destination_id=9'" in as_text.text


def test_credentials_in_urls_are_left_out(lines: Lines) -> None:
    log.info("thing.happened", url="redis://user:s3cret@redis.internal:6379/0 or amqp://:s3cret@b")

    assert "s3cret" not in lines.text
    assert "redis.internal" in lines.text


def test_an_object_is_told_by_its_class_only(lines: Lines) -> None:
    log.info("thing.happened", value=SimpleNamespace(card=MARKER), deep=[[[[[MARKER]]]]])

    assert MARKER not in lines.text
    assert "<SimpleNamespace>" in lines.text


def test_a_value_is_bounded(as_json: Lines) -> None:
    log.info("thing.happened", text="x" * 50_000, many=list(range(5000)), odd=float("inf"))

    assert len(as_json.last["text"]) == 1001
    assert len(as_json.last["many"]) == 100
    assert as_json.last["odd"] == "inf"


def failing(card: str) -> None:
    raise ValueError(f"cannot read {card}")


def test_an_exception_is_its_class_and_its_places(lines: Lines) -> None:
    try:
        failing(MARKER)
    except ValueError:
        log.exception("thing.failed")

    assert MARKER not in lines.text
    assert "ValueError" in lines.text
    assert "test_logs.py" in lines.text
    assert " in failing" in lines.text


def test_the_causes_of_an_exception_are_told_too(as_json: Lines) -> None:
    try:
        try:
            failing(MARKER)
        except ValueError as error:
            raise EnvelopeError("/data", "too-large", "is too large") from error
    except EnvelopeError:
        log.exception("thing.failed")

    classes = [each["class"] for each in as_json.last["exception"]]
    assert classes == ["events.envelope.errors.EnvelopeError", "ValueError"]
    assert "too large" in as_json.last["exception"][0]["text"]


@pytest.mark.django_db(transaction=True)
def test_a_database_error_keeps_its_state_and_loses_its_detail(as_json: Lines) -> None:
    made.destination("taken")
    try:
        made.destination("taken")
    except IntegrityError:
        log.exception("thing.failed")

    told = as_json.last
    assert told["error_class"] == "django.db.utils.IntegrityError"
    assert "DETAIL" not in as_json.text
    assert "taken" not in json.dumps([{**each, "frames": []} for each in told["exception"]])
    if connection.vendor == "postgresql":
        assert told["exception"][1]["sqlstate"] == "23505"


def test_a_failed_task_is_told_without_its_arguments(as_json: Lines) -> None:
    try:
        failing(MARKER)
    except ValueError:
        data = {"name": "routing.tasks.drain", "id": "t-1", "exc": MARKER, "args": MARKER, "traceback": MARKER}
        logging.getLogger("celery.app.trace").error("%(exc)s", data, exc_info=True, extra={"data": data})

    assert MARKER not in as_json.text
    assert (as_json.last["event"], as_json.last["task"], as_json.last["task_id"]) == (
        "task.failed",
        "routing.tasks.drain",
        "t-1",
    )


def test_a_task_says_which_it_is_and_for_which_request(as_json: Lines) -> None:
    @app.task(name="tests.tell", shared=False)
    def told() -> None:
        log.info("thing.happened")

    with bound_contextvars(request_id="r-1"):
        headers: dict[str, Any] = {}
        hand_on_request(headers=headers)
    told.apply(task_id="t-1", headers=headers)
    log.info("thing.ended")

    first, last = as_json.all[-2:]
    assert (first["task"], first["task_id"], first["request_id"]) == ("tests.tell", "t-1", "r-1")
    assert "task_id" not in last


def test_what_a_request_binds_is_in_its_lines(as_json: Lines) -> None:
    with bound_contextvars(request_id="r-2"):
        log.info("thing.happened")
        logging.getLogger("django.request").warning("Not Found: /")

    assert [each["request_id"] for each in as_json.all] == ["r-2", "r-2"]


def test_beat_tells_of_each_schedule_once() -> None:
    once = FirstOfEach()
    record = logging.LogRecord("celery.beat", logging.INFO, "", 0, BEAT_SENDS, ("drain", "routing.tasks.drain"), None)
    other = logging.LogRecord("celery.beat", logging.INFO, "", 0, "beat: Starting...", (), None)

    assert [once.filter(record), once.filter(record), once.filter(other), once.filter(other)] == [
        True,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(("form", "level"), [("xml", "LOUD"), ("", "")])
def test_unknown_settings_are_read_as_the_defaults(form: str, level: str) -> None:
    configured = logs.configure(form, level)

    assert configured["root"]["level"] == "INFO"
    assert configured["formatters"] == logs.configure("json", "INFO")["formatters"]


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_libraries_that_quote_values_stay_quiet(level: str) -> None:
    loggers = logs.configure("json", level)["loggers"]

    assert loggers["django.db"]["level"] == "WARNING"
    assert loggers["botocore"]["level"] == "WARNING"


def test_a_level_above_the_least_counts_for_libraries_too() -> None:
    assert logs.configure("json", "ERROR")["loggers"]["django.db"]["level"] == "ERROR"


def test_it_writes_to_the_stream_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = CurrentStream("stdout")
    replaced = io.StringIO()
    monkeypatch.setattr(sys, "stdout", replaced)

    handler.emit(logging.LogRecord("x", logging.INFO, "", 0, "said", (), None))

    assert replaced.getvalue() == "said\n"


def answered(path: str, status: str = "200 OK", route: str = "", method: str = "GET") -> None:
    response = SimpleNamespace(status=status, sent=12, headers=[("X-Request-ID", "r-3")])
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": f"q={MARKER}",
        "RAW_URI": f"{path}?q={MARKER}",
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_REFERER": MARKER,
    }
    if route:
        environ[ROUTE] = route
    tell(response, environ, timedelta(seconds=0.25))


def test_a_request_is_told_by_its_route_without_its_address_or_its_sender(as_json: Lines) -> None:
    answered(f"/api/v1/pii/schemas/{MARKER}/1.0.0", route="/api/v1/pii/schemas/<path:type>/<str:version>")

    told = as_json.last
    assert (told["event"], told["method"], told["route"], told["status"], told["request_id"]) == (
        "request.answered",
        "GET",
        "/api/v1/pii/schemas/<path:type>/<str:version>",
        200,
        "r-3",
    )
    assert MARKER not in as_json.text
    assert "203.0.113.9" not in as_json.text


@pytest.mark.parametrize(
    ("path", "told"), [(f"/static/{MARKER}", "/static/…"), (f"/{MARKER}", "(none)"), (f"/api/{MARKER}", "/api/…")]
)
def test_what_no_view_has_seen_is_told_by_the_beginning_of_its_address(path: str, told: str, as_json: Lines) -> None:
    answered(path, "404 Not Found", method=MARKER)

    assert (as_json.last["route"], as_json.last["method"]) == (told, "(other)")
    assert MARKER not in as_json.text


def test_probes_are_told_only_when_they_fail(as_json: Lines) -> None:
    answered("/healthz", route="/healthz")
    answered("/readyz", "503 Service Unavailable", route="/readyz")

    assert [each["route"] for each in as_json.all] == ["/readyz"]


@pytest.mark.parametrize(
    ("method", "address", "status", "route"),
    [
        ("get", f"/api/v1/events/{MARKER}", 404, "/api/"),
        ("get", f"/problems/{MARKER}", 404, "/problems/<slug:code>"),
        ("put", f"/api/v1/openapi.json?x={MARKER}", 405, "/api/v1/openapi.json"),
        ("get", f"/admin/?x={MARKER}%00", 400, "/admin/…"),
        ("get", f"/{MARKER}", 404, "(none)"),
    ],
)
def test_what_django_refuses_is_told_by_its_route(
    method: str, address: str, status: int, route: str, as_json: Lines
) -> None:
    getattr(Client(raise_request_exception=False), method)(address)

    told = next(each for each in as_json.all if each["event"] == "django.request")
    assert (told["status"], told["message"], told["route"]) == (status, HTTPStatus(status).phrase, route)
    assert MARKER not in as_json.text


def test_what_a_header_said_is_left_out_of_what_is_wrong_with_it(as_json: Lines) -> None:
    browser = Client(enforce_csrf_checks=True)

    browser.post("/admin/login/", headers={"origin": f"https://{MARKER}.example"})
    browser.get("/", headers={"host": f"{MARKER}.example"})

    forged, misled = as_json.all
    assert (forged["event"], forged["reason"]) == ("django.security.csrf", "Origin checking failed")
    assert (misled["event"], misled["message"]) == ("django.security.DisallowedHost", "Bad Request")
    assert MARKER not in as_json.text


@pytest.mark.django_db
def test_a_destination_is_told_when_it_changes_and_not_at_each_look(as_json: Lines) -> None:
    destination = made.destination()

    for _ in range(2):
        mark_unreachable(destination.pk, "not_connected", MARKER)
    for _ in range(2):
        mark_reachable(destination.pk)

    assert [each["event"] for each in as_json.all] == ["destination.became_unreachable", "destination.became_reachable"]
    assert MARKER not in as_json.text


def settled(**values: Any) -> Settlement:
    entries = [
        Entry(number, 0, None, str(UUID(int=number)), CloudEvent(str(number), "/s", "x")) for number in range(30)
    ]
    given = {"row_destination": 3, "stored": True, "destination_id": 3, "attempts": 1, "rule_id": 1, "table_version": 1}
    changes = [
        Change(entry=entry, **{**given, "state": "dead", "error_class": "too_large", **values}) for entry in entries
    ]
    return Settlement(1, updates=changes)


def test_the_dead_of_a_batch_are_one_line_for_each_reason(as_json: Lines) -> None:
    announce(settled())

    [told] = as_json.all
    assert (told["event"], told["destination_id"], told["error_class"], told["count"]) == (
        "deliveries.died", 3, "too_large", 30,
    )  # fmt: skip
    assert told["entries"][1] == str(UUID(int=1))
    assert len(told["entries"]) == 20


def test_what_goes_elsewhere_says_from_where_to_where(as_json: Lines) -> None:
    announce(settled(state="pending", destination_id=4, restart=True))

    assert (as_json.last["event"], as_json.last["from_destination_id"], as_json.last["destination_id"]) == (
        "deliveries.failed_over", 3, 4,
    )  # fmt: skip


def test_unrouted_events_are_told_with_the_table_that_decided(as_json: Lines) -> None:
    entry = Entry(1, 0, None, UUID(int=1).hex, CloudEvent("1", "/s", "x"))

    announce(Settlement(7, done=[entry], unrouted=[entry]))

    assert (as_json.last["event"], as_json.last["table_version"]) == ("events.unrouted", 7)
    assert as_json.last["entries"] == [str(UUID(int=1))]


def test_what_went_well_is_no_line(as_json: Lines) -> None:
    announce(settled(state="delivered", error_class=None))

    assert as_json.all == []
