"""H30: markers of every kind through every action and every way to fail, then everything searched for them."""

from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import Settings

from dlq.models import Operation
from dlq.one import redrive_one
from dlq.operations.start import start
from dlq.operations.subject import Subject
from events.api_keys import Scope
from events.envelope import CloudEvent, EnvelopeError, parse_http
from events.ingest import Conflict, IngestError, KeysUnavailableError, NotAdmittedError, ingest
from events.models import OutboxEntry
from routing.models import Delivery, Unrouted
from tests.pii.markers import addresses, refusals, sent
from tests.pii.markers.conftest import caller
from tests.pii.markers.events import Document, as_body, brief, everything
from tests.pii.markers.made import JWT
from tests.pii.markers.scene import TENANT, Scene, everything_logged, everywhere, watched
from tests.pii.markers.search import Place, find

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = ("delivered", "refused", "waiting", "unrouted")


@pytest.fixture(autouse=True)
def logged() -> Iterator[None]:
    with everything_logged():
        yield


@pytest.mark.timeout(60)
def test_h30_no_marker_is_anywhere_in_clear(
    scene: Scene, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.MAX_BODY_BYTES = 500_000
    refusals.types()

    with watched(scene.valkey) as commands:
        for environment in ("development", "staging", "production"):
            settings.ENVIRONMENT = environment
            _refuse(scene, environment)
            # What is let in stays in clear in development, by design.
            if environment != "development":
                _accept(scene, environment)
        scene.relay()
        _redrive(scene)
        _show(scene)
        _ask(scene)
        said = [Place("a command to Valkey", command) for command in commands()]

    _has_gone_every_way(said)
    hits = find([*everywhere(scene), *said, *_written(capfd)])
    assert hits == [], "\n".join(map(str, hits[:20]))


def _accept(scene: Scene, environment: str) -> None:
    """Every action, over HTTP in its three modes; and each way, in the caller's own transaction."""
    for action in ("default", "redact", "anonymize", "encrypt"):
        kind = f"com.example.{action}.{environment}"
        documents = list(everything(f"{kind}.delivered"))
        for number, made in enumerate(documents[:-10]):
            sent.over_http(scene.writer, made, number)
        sent.as_batch(scene.writer, documents[-10:])
        sent.escaped(scene.writer, brief(f"{kind}.delivered", f"escaped {environment} {action}"))
        _ingest(*(brief(f"{kind}.{way}", f"{environment} {action} {way}") for way in WAYS))
    lenient = brief(refusals.LENIENT, f"lenient {environment}") | {"data": refusals.unfit()}
    sent.over_http(scene.writer, lenient, 0)


def _ingest(*documents: Document) -> None:
    with transaction.atomic():
        ingest(map(_parsed, documents), tenant=TENANT)


def _parsed(made: Document) -> CloudEvent:
    return parse_http({"content-type": refusals.STRUCTURED}, as_body(made))[0][0]


def _refuse(scene: Scene, environment: str) -> None:
    for one in refusals.refused():
        answer = sent.refused(scene.writer, one)
        scene.tell(one.what, answer)
        assert answer.status_code == one.status, f"{one.what}: {answer.content.decode()}"
        _raised(scene, one)
    _conflicts(scene, environment)
    _without_keys(scene)


def _raised(scene: Scene, one: refusals.Refused) -> None:
    """What a caller in Python would have logged."""
    headers = {"content-type": one.content_type, **one.headers}
    try:
        with transaction.atomic():
            ingest(parse_http(headers, one.body)[0], tenant=TENANT)
            transaction.set_rollback(True)
    except (EnvelopeError, NotAdmittedError, IngestError) as error:
        scene.raised(one.what, error)


def _conflicts(scene: Scene, environment: str) -> None:
    """The same id with another content, over HTTP and from Python."""
    first = brief("com.example.encrypt.delivered", f"conflict {environment} {refusals.MAIL}")
    sent.over_http(scene.writer, first, 1)
    answer = sent.structured(scene.writer, first | {"subject": refusals.CARD})
    assert answer.status_code == 409
    scene.tell("conflict", answer)
    with pytest.raises(Conflict) as raised, transaction.atomic():
        ingest(_parsed(first | {"subject": JWT}), tenant=TENANT)
    scene.raised("conflict", raised.value)


def _without_keys(scene: Scene) -> None:
    """H35: of a tenant that has none, where none can be made."""
    made = brief("com.example.encrypt.delivered", "keyless")
    with override_settings(PII_KEY_ENCRYPTION_KEYS=""):
        answer = sent.structured(caller([Scope.WRITE], "keyless"), made)
        with pytest.raises(KeysUnavailableError) as raised, transaction.atomic():
            ingest(_parsed(made), tenant="keyless")
    assert answer.status_code == 503
    scene.tell("no keys", answer)
    scene.raised("no keys", raised.value)


def _redrive(scene: Scene) -> None:
    """One by one, and as an operation that workers are told of; what is dead dies once more."""
    first, *_ = Delivery.objects.filter(state="dead").values_list("pk", flat=True)
    assert redrive_one(first, by=None)
    start(Operation.Kind.REDRIVE, Subject(), by=None, reason="the markers")
    scene.relay()


def _show(scene: Scene) -> None:
    """Reveal an event and preview another: whoever may is answered, and nothing of it stays."""
    entry = OutboxEntry.objects.get(event_id="production encrypt delivered")
    revealed = scene.reader.post(f"/api/v1/events/{entry.uuid}/reveal", {"reason": "markers"}, "application/json")
    assert refusals.MAIL in revealed.content.decode()
    asked = {"data": refusals.BRIEF, "type": "com.example.encrypt", "environment": "production"}
    previewed = scene.reader.post("/api/v1/pii/preview", asked, "application/json")
    assert previewed.status_code == 200


def _ask(scene: Scene) -> None:
    """With markers in addresses and headers."""
    addresses.ask(scene.reader)
    addresses.ask(scene.operator)
    addresses.forge()


def _has_gone_every_way(said: Iterable[Place]) -> None:
    """Or else the search would prove nothing."""
    states = set(Delivery.objects.values_list("destination__name", "state"))
    assert states == {
        ("stream", "delivered"), ("bus", "delivered"), ("small", "dead"), ("refusing", "dead"), ("down", "pending"),
    }  # fmt: skip
    assert Unrouted.objects.count() == 8
    commands = "\n".join(command.text for command in said)
    assert "dlq.tasks.run_operation" in commands
    assert "PUBLISH event-control-plane" in commands


def _written(capfd: pytest.CaptureFixture[str]) -> Iterator[Place]:
    out, err = capfd.readouterr()
    yield from (Place("standard output", line) for line in out.splitlines())
    yield from (Place("standard error", line) for line in err.splitlines())
