"""Revealing: what is encrypted in a stored event comes back in clear, with a reason, and never without a record."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django import Settings

from events.api_keys import Scope, issue_key
from events.clock import database_now
from events.envelope import CloudEvent
from events.ingest import ingest_one
from events.models import AuditRecord, DataKey, OutboxEntry
from events.pii.keys import held
from events.pii.keys.destroy import destroy
from events.pii.keys.errors import KeysUnavailableError
from events.pii.keys.retire import retire
from events.pii.keys.rotate import rotate
from events.pii.keys.rows import ensure_keys
from events.pii.reveal import NoReasonError, Shown, reveal

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = "marker.person@marker-domain.example"
CARD = 4556737586899855
DATA = {"email": MAIL, "card": CARD, "note": f"to {MAIL}, please", "price": 1.50}


@pytest.fixture(autouse=True)
def production(kek: Settings, hints: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are there; nothing is done in the background."""
    monkeypatch.setattr("events.pii.keys.background.ask", lambda tenant: None)
    kek.ENVIRONMENT = "production"
    for tenant in ("default", "shop"):
        ensure_keys(tenant)


def stored(data: Any = None, tenant: str = "default", **attributes: Any) -> OutboxEntry:
    event = CloudEvent.of(type="com.example.created", source="/shop", data=DATA if data is None else data, **attributes)
    return OutboxEntry.objects.get(uuid=ingest_one(event, tenant=tenant).uuid)


def revealed(entry: OutboxEntry, reason: str = "ticket 17") -> Shown:
    return reveal(entry, reason=reason, by=None)


def records(act: str) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(act=act).order_by("number"))


def data_of(shown: Shown) -> Any:
    assert isinstance(shown.event.data, str)
    return json.loads(shown.event.data)


def test_it_shows_the_event_as_it_was_handed_in() -> None:
    entry = stored(contact=MAIL)
    assert MAIL not in (entry.data or "") + entry.extensions

    shown = revealed(entry)

    assert data_of(shown) == DATA
    assert shown.event.extensions["contact"] == MAIL
    assert set(shown.paths) == {"/contact", "/data/email", "/data/card", "/data/note"}
    assert shown.unread == ()


def test_it_is_recorded_with_the_places_and_the_reason_and_without_values() -> None:
    entry = stored()

    revealed(entry, " ticket 17 ")

    [record] = records("pii.revealed")
    assert (record.subject_id, record.reason, record.by) == (str(entry.uuid), "ticket 17", "a command")
    assert set(json.loads(record.after)["paths"]) == {"/data/email", "/data/card", "/data/note"}
    assert "marker" not in record.after
    assert str(CARD) not in record.after


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_without_a_reason_nothing_is_shown(reason: str) -> None:
    with pytest.raises(NoReasonError):
        revealed(stored(), reason)

    assert not records("pii.revealed")


def test_the_record_is_committed_before_anybody_sees_anything() -> None:
    entry = stored()

    revealed(entry)
    connection.close()

    assert records("pii.revealed")


def test_it_is_refused_within_a_transaction_that_could_take_the_record_back() -> None:
    entry = stored()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        revealed(entry)


def test_h35_old_keys_read_until_they_are_retired() -> None:
    entry = stored()
    former = DataKey.objects.get(tenant="default", purpose="encrypt")
    rotate("default", by=None)
    rotate("default", by=None)
    assert data_of(revealed(entry)) == DATA

    retire("default", former.key_id, by=None, although_used=True)

    assert {one.code for one in revealed(entry).unread} == {"key_retired"}
    assert MAIL not in (revealed(entry).event.data or "")


def test_after_a_tenants_keys_are_destroyed_it_says_so_and_makes_no_new_ones() -> None:
    entry = stored()
    destroy("default", by=None, reason="asked to")

    shown = revealed(entry)

    assert {(one.path, one.code) for one in shown.unread} == {
        (path, "key_destroyed") for path in ("/data/email", "/data/card", "/data/note")
    }
    assert shown.paths == ()
    assert not DataKey.objects.filter(tenant="default").exclude(state="destroyed").exists()
    assert not records("pii.token_refused")


def test_h35_a_token_that_was_moved_is_not_opened_and_that_is_on_record() -> None:
    entry = stored()
    data = json.loads(entry.data or "")
    moved = json.dumps({**data, "copied": data["email"]})
    OutboxEntry.objects.filter(pk=entry.pk).update(data=moved)

    shown = revealed(OutboxEntry.objects.get(pk=entry.pk))

    assert [one.path for one in shown.unread] == ["/data/copied"]
    assert data_of(shown)["copied"] == data["email"]
    [record] = records("pii.token_refused")
    assert json.loads(record.after)["unread"] == [{"path": "/data/copied", "code": "not_authentic"}]


def test_h35_a_flipped_bit_is_not_opened_and_that_is_on_record() -> None:
    entry = stored({"email": MAIL})
    token = json.loads(entry.data or "")["email"]
    flipped = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    OutboxEntry.objects.filter(pk=entry.pk).update(data=json.dumps({"email": flipped}))

    shown = revealed(OutboxEntry.objects.get(pk=entry.pk))

    assert [tuple(one) for one in shown.unread] == [("/data/email", "not_authentic")]
    assert len(records("pii.token_refused")) == 1


def test_h35_a_token_of_another_tenant_is_not_opened_and_that_is_on_record() -> None:
    entry, other = stored({"email": MAIL}), stored({"email": MAIL}, "shop")
    OutboxEntry.objects.filter(pk=entry.pk).update(data=other.data)

    shown = revealed(OutboxEntry.objects.get(pk=entry.pk))

    assert [one.code for one in shown.unread] == ["key_unknown"]
    assert len(records("pii.token_refused")) == 1


def test_without_the_key_encryption_key_it_is_for_later_and_nothing_is_on_record(kek: Settings) -> None:
    entry = stored()
    held.forget()
    kek.PII_KEY_ENCRYPTION_KEYS = ""

    with pytest.raises(KeysUnavailableError):
        revealed(entry)

    assert not records("pii.revealed")


def test_names_that_are_tokens_are_not_told_on_record() -> None:
    entry = stored({"people": {MAIL: {"email": MAIL}}})

    shown = revealed(entry)

    assert data_of(shown) == {"people": {MAIL: {"email": MAIL}}}
    assert set(shown.paths) == {"/data/people/*", "/data/people/*/email"}


class Asking:
    """The API, with a key of some scopes."""

    def __init__(self, *scopes: Scope, tenant: str = "default") -> None:
        self._headers = {"Authorization": f"Bearer {issue_key('asking', scopes, tenant)[1]}"}

    def __call__(self, uuid: object, body: Any = None, method: str = "post") -> Any:
        ask = getattr(Client(raise_request_exception=False), method)
        given = {"reason": "ticket 17"} if body is None else body
        return ask(f"/api/v1/events/{uuid}/reveal", given, content_type="application/json", headers=self._headers)


def test_over_http_the_event_comes_back_once_and_is_not_to_be_stored() -> None:
    entry = stored(contact=MAIL)

    answer = Asking(Scope.REVEAL)(entry.uuid)

    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    body = answer.json()
    assert (body["event"]["data"], body["event"]["contact"]) == (DATA, MAIL)
    assert set(body["revealed"]) == {"/contact", "/data/email", "/data/card", "/data/note"}
    assert body["unreadable"] == []
    assert b'"price":1.5' in answer.content
    [record] = records("pii.revealed")
    assert (record.tenant, record.by.split(" ")[0:2]) == ("default", ["API", "key"])


def test_over_http_what_cannot_be_read_is_named_with_its_reason() -> None:
    entry = stored({"email": MAIL})
    destroy("default", by=None, reason="asked to")

    [one] = Asking(Scope.REVEAL)(entry.uuid).json()["unreadable"]

    assert (one["path"], one["code"]) == ("/data/email", "key_destroyed")
    assert "nobody" in one["detail"]


def test_over_http_there_is_no_get() -> None:
    assert Asking(Scope.REVEAL)(stored().uuid, method="get").status_code == 405


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "a", "by": "me"}, {"reason": 7}])
def test_over_http_a_reason_is_needed_and_nothing_else_is_taken(body: Any) -> None:
    answer = Asking(Scope.REVEAL)(stored().uuid, body)

    assert answer.status_code == 400
    assert not records("pii.revealed")


def test_h40_another_tenants_event_is_like_none() -> None:
    asking = Asking(Scope.REVEAL, tenant="shop")

    answer, missing = asking(stored().uuid), asking("00000000-0000-4000-8000-000000000000")

    assert (answer.status_code, answer.json()) == (404, missing.json())
    assert not records("pii.revealed")


def test_h41_a_key_without_the_scope_is_refused_and_that_is_on_record() -> None:
    entry = stored()

    answer = Asking(*(scope for scope in Scope if scope is not Scope.REVEAL))(entry.uuid)

    assert (answer.status_code, answer.json()["code"]) == (403, "permission-denied")
    [record] = records("pii.reveal_refused")
    assert (f"{record.subject} {record.subject_id}", record.tenant) == (record.by, "default")
    assert json.loads(record.after) == {"event": str(entry.uuid)}
    assert not records("pii.revealed")


def test_h41_what_a_key_makes_up_to_fill_the_chain_is_logged_each_time_and_recorded_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    asking, other = Asking(Scope.READ), Asking(Scope.READ)
    made_up = [uuid4() for _ in range(5)]

    answers = [asking(uuid).status_code for uuid in made_up]
    other(made_up[0])

    assert answers == [403] * 5
    assert [json.loads(one.after)["event"] for one in records("pii.reveal_refused")] == [str(made_up[0])] * 2
    logged = capfd.readouterr().out.splitlines()
    assert [sum("pii.reveal_refused" in line and str(uuid) in line for line in logged) for uuid in made_up] == [
        *(2, 1, 1, 1, 1)
    ]


def test_after_an_hour_a_refusal_is_recorded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Asking(Scope.READ)
    asking(uuid4())
    then = database_now()

    for minutes in (59, 61):
        monkeypatch.setattr("events.pii.reveal.database_now", lambda now=then + timedelta(minutes=minutes): now)
        asking(uuid4())

    assert len(records("pii.reveal_refused")) == 2


def test_of_refusals_at_once_one_is_recorded() -> None:
    asking = Asking(Scope.READ)
    both = threading.Barrier(4)

    def ask() -> None:
        both.wait()
        asking(uuid4())
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(records("pii.reveal_refused")) == 1


def test_over_http_keys_that_are_not_at_hand_are_for_later(kek: Settings) -> None:
    entry = stored()
    held.forget()
    kek.PII_KEY_ENCRYPTION_KEYS = ""

    answer = Asking(Scope.REVEAL)(entry.uuid)

    assert (answer.status_code, answer.json()["code"]) == (503, "keys-unavailable")


def test_h30_no_value_is_in_a_log_line(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    entry = stored()

    Asking(Scope.REVEAL)(entry.uuid)

    captured = capfd.readouterr()
    written = captured.out + captured.err + caplog.text
    assert "pii.revealed" in written
    assert "marker" not in written
    assert str(CARD) not in written
