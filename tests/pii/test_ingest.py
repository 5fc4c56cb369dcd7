"""Personal data on its way in: what a policy removes is in no row, and what cannot be protected is not stored."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import Settings

from events.envelope import CloudEvent
from events.ingest import Conflict, Ingested, KeysUnavailableError, NotAdmittedError, PoliciesUnreadableError, ingest
from events.models import OutboxEntry, PiiPolicy, PiiPolicySet
from events.pii import at_ingest
from events.pii.detection import Examined, quiet, work
from events.pii.keys import background
from events.pii.keys.rows import ensure_keys
from events.pii.publishing.publish import publish, rollback
from events.schemas.registry.number import bump
from tests.events.conftest import Poster

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = "marker.person@marker-domain.example"
CARD = 4556737586899855
TOKEN = re.compile(r"^pii\.v1\.")


@pytest.fixture(autouse=True)
def keys(kek: Settings, hints: Callable[[], int]) -> None:
    for tenant in ("default", "shop"):
        ensure_keys(tenant)


def made(data: Any = None, id: str = "1", **attributes: Any) -> CloudEvent:
    given = {"email": MAIL, "price": 1.5} if data is None else data
    return CloudEvent.of(type="com.example.created", source="/shop", id=id, data=given, **attributes)


def store(*events: CloudEvent, tenant: str = "default") -> list[Ingested]:
    with transaction.atomic():
        return ingest(events, tenant=tenant)


def only() -> OutboxEntry:
    return OutboxEntry.objects.get()


def in_a_row(marker: str) -> bool:
    """Whether a marker is in any text of any stored entry."""
    columns = ", ".join(
        str(field.column) for field in OutboxEntry._meta.fields if field.get_internal_type() == "TextField"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM events_outboxentry")  # noqa: S608  # of the model
        return any(marker in str(value) for row in cursor.fetchall() for value in row)


def publish_policy(**values: Any) -> None:
    PiiPolicy.objects.create(name="tests", **values)
    publish(note="for a test", by=None)


def of_a_newer_release(version: int = 1) -> None:
    PiiPolicySet(version=version, snapshot={"format": 2, "policies": []}, note="by a newer release").save()
    bump()


def test_development_notes_it_and_leaves_it() -> None:
    store(made())

    assert json.loads(only().data or "") == {"email": MAIL, "price": 1.5}
    assert json.loads(only().pii)["acts"] == [{"path": "/data/email", "kind": "email", "action": "LOG", "count": 1}]


def test_staging_puts_a_pseudonym_that_keeps_the_domain(settings: Settings) -> None:
    settings.ENVIRONMENT = "staging"

    store(made(), made(id="2"))
    store(made(id="3"), tenant="shop")

    first, second, other = (json.loads(entry.data or "")["email"] for entry in OutboxEntry.objects.order_by("sequence"))
    assert first == second != other
    assert first.endswith("@marker-domain.example")
    assert not in_a_row("marker.person")


@pytest.mark.parametrize("environment", ["production", "prd", "PRODUCTION", ""])
def test_h36_production_encrypts_and_so_does_what_is_not_known(settings: Settings, environment: str) -> None:
    settings.ENVIRONMENT = environment

    store(made({"card": CARD, "note": f"to {MAIL}, please", "price": 1.50}))

    data = json.loads(only().data or "")
    assert TOKEN.match(data["card"])
    assert data["note"].startswith("to pii.v1.")
    assert data["price"] == 1.5
    assert not in_a_row("marker.person")
    assert not in_a_row(str(CARD))
    assert {act["action"] for act in json.loads(only().pii)["acts"]} == {"ENCRYPT"}


def test_h38_what_identifies_an_event_gets_a_pseudonym_so_that_a_repeat_is_known(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"

    first = store(made({}, id=MAIL, subject=MAIL, partitionkey=MAIL))
    again = store(made({}, id=MAIL, subject=MAIL, partitionkey=MAIL))

    assert (again[0].uuid, again[0].duplicate) == (first[0].uuid, True)
    assert only().partitionkey == only().subject
    assert not in_a_row("marker.person")
    with pytest.raises(Conflict):
        store(made({"other": 1}, id=MAIL, subject=MAIL, partitionkey=MAIL))


def test_a_policy_refuses_with_kinds_and_places_and_no_values() -> None:
    publish_policy(kinds={"credit_card": "BLOCK"})

    with pytest.raises(NotAdmittedError) as raised:
        store(made(), made({"card": CARD}, id="2"))

    (refusal,) = raised.value.refusals
    assert (refusal.index, refusal.code, refusal.pointer) == (1, "pii-blocked", "/data/card")
    assert str(CARD) not in str(raised.value)
    assert not OutboxEntry.objects.exists()


def test_h37_a_published_policy_decides_about_the_next_event_and_is_named_on_it() -> None:
    store(made(id="1"))

    publish_policy(kinds={"email": "REDACT"})
    store(made(id="2"))

    before, after = OutboxEntry.objects.order_by("sequence")
    assert (json.loads(before.pii)["policy"], json.loads(after.pii)["policy"]) == (0, 1)
    assert MAIL not in (after.data or "")


def test_a_repeat_is_known_after_the_policy_has_changed() -> None:
    (first,) = store(made())
    publish_policy(kinds={"email": "ENCRYPT"})

    (again,) = store(made())

    assert (again.uuid, again.duplicate) == (first.uuid, True)
    with pytest.raises(Conflict):
        store(made({"email": MAIL, "price": 2}))


def test_the_digest_of_a_protected_event_cannot_be_found_by_trying(settings: Settings) -> None:
    store(made())
    plain = bytes(only().fingerprint)
    OutboxEntry.objects.all().delete()
    settings.ENVIRONMENT = "production"

    store(made())

    assert bytes(only().fingerprint) != plain


def test_h35_without_keys_nothing_is_stored(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ENVIRONMENT = "production"
    settings.PII_KEY_ENCRYPTION_KEYS = ""
    monkeypatch.setattr(background, "ask", lambda tenant: None)

    with pytest.raises(KeysUnavailableError):
        store(made(), tenant="a tenant without keys")
    store(made({"price": 1}, id="2"), tenant="a tenant without keys")

    assert only().event_id == "2"


def test_over_http_missing_keys_are_503_with_a_time_to_try_again(
    poster: Poster, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENVIRONMENT = "production"
    settings.PII_KEY_ENCRYPTION_KEYS = ""
    monkeypatch.setattr("events.ingest.keys_for", _unavailable)

    answer = poster.structured(document({"email": MAIL}))

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "keys-unavailable", "1")
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize("events", [(made(),), (made({"price": 1}),), (made(), made(id="2"))])
def test_h35_by_policies_of_a_newer_release_nothing_is_decided_and_nothing_stored(events: tuple[CloudEvent]) -> None:
    store(made(id="before"))
    of_a_newer_release()

    with pytest.raises(PoliciesUnreadableError):
        store(*events)

    assert only().event_id == "before"


def test_over_http_policies_of_a_newer_release_are_503_until_they_are_rolled_back(poster: Poster) -> None:
    publish_policy(default="REDACT")
    of_a_newer_release(version=2)

    refused = poster.structured(document({"email": MAIL}))
    rollback(1, note="back to this release", by=None)
    taken = poster.structured(document({"email": MAIL}))

    assert (refused.status_code, refused.json()["code"]) == (503, "policies-unreadable")
    assert refused["Retry-After"] == "10"
    assert taken.status_code == 202
    assert not in_a_row(MAIL)


def test_the_command_says_that_policies_are_of_a_newer_release() -> None:
    of_a_newer_release()

    with pytest.raises(CommandError, match="of a newer release"):
        call_command("publish_event", type="t", source="/t", data='{"price": 1}')


def test_over_http_an_unknown_class_of_data_is_refused(poster: Poster) -> None:
    answer = poster.structured(document({}, dataclassification="cosmic"))

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-classification")
    assert answer.json()["errors"][0]["pointer"] == "/dataclassification"


def test_over_http_an_event_that_holds_more_than_can_be_searched_is_refused(
    poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "MOST", 20)

    answer = poster.structured(document([MAIL] * 4))

    assert (answer.status_code, answer.json()["code"]) == (422, "pii-too-much")
    assert not OutboxEntry.objects.exists()


def test_what_is_said_of_a_refused_event_is_bounded(poster: Poster) -> None:
    publish_policy(kinds={"email": "BLOCK"})
    crowded = [f"marker{number}@marker-domain.example" for number in range(5_000)]

    alone = poster.structured(document(crowded))
    batch = poster.batch([document(crowded), document([1], id="2"), document([MAIL], id="3")])
    with pytest.raises(NotAdmittedError) as raised:
        store(made(crowded))

    errors = alone.json()["errors"]
    assert len(errors) == 101
    assert len({fault["pointer"] for fault in errors if fault["code"] == "pii-blocked"}) == 100
    assert (errors[-1]["code"], errors[-1]["detail"]) == ("more", "there are 4900 more than these")
    assert batch.json()["detail"] == "2 of 3 events are refused, so none was stored"
    assert [fault["index"] for fault in batch.json()["errors"]] == [0] * 101 + [2]
    assert str(raised.value) == "the policy lets no email in: /data/0, and 4999 more"


def _unavailable(tenant: str, **_: Any) -> None:
    raise KeysUnavailableError(tenant, "they are being fetched")


def document(data: Any, **members: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": "1", "source": "/shop", "type": "com.example.created", "data": data, **members}


@pytest.mark.parametrize("place", range(18))
def test_of_a_batch_the_one_event_that_holds_something_is_protected(place: int) -> None:
    texts = ["jane@example.com" if number == place else "a word" for number in range(18)]

    store(*(made({"n": text}, id=f"e{number}") for number, text in enumerate(texts)))

    noted = [entry.pii != "{}" for entry in OutboxEntry.objects.order_by("sequence")]
    assert noted == [number == place for number in range(18)]


def test_where_every_event_holds_something_few_are_looked_at_together(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[bool] = []

    def look(examined: Sequence[Examined]) -> bool:
        looks.append(quiet(examined))
        return looks[-1]

    monkeypatch.setattr(at_ingest, "quiet", look)

    store(*(made({"n": "jane@example.com"}, id=f"e{number}") for number in range(400)))

    assert not any(looks)
    assert len(looks) < 400 / at_ingest.TOGETHER / 4
    assert OutboxEntry.objects.exclude(pii="{}").count() == 400
