"""Rotation, re-encryption, retirement and destruction, as stored events see them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from events.envelope import CloudEvent
from events.ingest import ingest
from events.models import AuditRecord, DataKey, OutboxEntry, Reencryption
from events.pii.detection import Finding, Kind
from events.pii.keys.destroy import destroy
from events.pii.keys.errors import KeyInUseError, KeysUnavailableError, NoSuchKeyError
from events.pii.keys.reencrypt import reencrypt
from events.pii.keys.retire import retire
from events.pii.keys.rewrap import rewrap
from events.pii.keys.ring import keys_for
from events.pii.keys.rotate import rotate
from events.pii.keys.rows import ensure_keys, new_key
from events.pii.keys.status import status
from events.pii.policies.action import Action
from events.pii.policies.judged import Judged
from events.pii.protection import protect, reveal
from events.schemas.registry import number
from tests.pii.keys.conftest import FIRST, SECOND

pytestmark = pytest.mark.django_db
EMAIL = "joe@example.com"


@pytest.fixture(autouse=True)
def shop(asked: list[str], settings: Settings) -> None:
    settings.UNKNOWN_EVENT_TYPES = "accept"
    ensure_keys("shop")


def stored(id: str, tenant: str = "shop", **attributes: Any) -> OutboxEntry:
    """An event with a token, as ingest stores it."""
    given = {"data": f'{{"to":"{EMAIL}", "n": 1.50}}', **attributes}
    event = CloudEvent(id=id, source="/oms/main", type="com.example.created", **given)
    path, start = ("/data", 0) if isinstance(event.data, bytes) else ("/data/to", 0)
    judged = [Judged(Finding(path, start, len(EMAIL), Kind.EMAIL), Action.ENCRYPT, "a line")]
    protected = protect(event, judged, lambda: keys_for(tenant), tenant).event
    with transaction.atomic():
        ingest(protected, tenant=tenant)
    return OutboxEntry.objects.get(event_id=id)


def revealed(id: str) -> Any:
    columns = OutboxEntry.objects.values_list(
        *("event_id", "source", "type", "subject", "time", "datacontenttype", "dataschema"),
        *("extensions", "data", "data_base64"),
    )
    return reveal(CloudEvent.stored(*columns.get(event_id=id)), keys_for("shop"))


def the_key(version: int) -> str:
    return DataKey.objects.get(tenant="shop", purpose="encrypt", version=version).key_id


def test_rotated_twice_all_are_read_until_the_oldest_is_retired() -> None:
    """H35"""
    stored("1")
    rotate("shop", by=None)
    stored("2")
    rotate("shop", by=None)
    stored("3")
    clear = [revealed(id).event.data for id in "123"]

    retire("shop", the_key(1), by=None, although_used=True)

    assert clear == [f'{{"to":"{EMAIL}", "n": 1.50}}'] * 3
    assert [len(revealed(id).unreadable) for id in "123"] == [1, 0, 0]


def test_every_act_changes_the_number_that_ingest_goes_by_and_is_audited() -> None:
    """H35"""
    seen = [number.current()]

    rotate("shop", by=None, reason="every year")
    seen.append(number.current())
    retire("shop", the_key(1), by=None)
    seen.append(number.current())
    destroy("shop", by=None, reason="asked to")
    seen.append(number.current())

    records = AuditRecord.objects.order_by("number").values_list("act", "subject_id", "reason", "by")
    assert len(set(seen)) == 4
    assert list(records) == [
        ("pii_key.rotated", "shop", "every year", "a command"),
        ("pii_key.retired", "shop", "", "a command"),
        ("pii_key.destroyed", "shop", "asked to", "a command"),
    ]


def test_a_key_that_is_needed_is_not_retired() -> None:
    """H35"""
    stored("1")

    with pytest.raises(KeyInUseError, match="rotate first"):
        retire("shop", the_key(1), by=None)
    rotate("shop", by=None)
    with pytest.raises(KeyInUseError, match="re-encrypt them first"):
        retire("shop", the_key(1), by=None)


def test_a_key_can_be_retired_once() -> None:
    rotate("shop", by=None)
    retire("shop", the_key(1), by=None)

    with pytest.raises(NoSuchKeyError):
        retire("shop", the_key(1), by=None)


def test_the_key_of_pseudonyms_is_not_retired() -> None:
    key = DataKey.objects.get(tenant="shop", purpose="pseudonym")

    with pytest.raises(NoSuchKeyError):
        retire("shop", key.key_id, by=None)


def test_reencrypted_events_need_the_older_key_no_longer() -> None:
    """H35"""
    entries = [stored("1"), stored("2", data=EMAIL.encode()), stored("3", extensions={"note": "x"})]
    other = stored("4", tenant="bank") if ensure_keys("bank") else None
    before = OutboxEntry.objects.get(event_id="1")
    rotate("shop", by=None)

    steps = list(reencrypt("shop", by=None))
    retire("shop", the_key(1), by=None)

    assert (steps[-1].entries, steps[-1].tokens, steps[-1].unreadable) == (len(entries), 3, 0)
    assert [revealed(id).unreadable for id in "123"] == [(), (), ()]
    after = OutboxEntry.objects.get(event_id="1")
    assert after.data != before.data
    assert (after.fingerprint, after.extensions, after.admission) == (
        before.fingerprint,
        before.extensions,
        before.admission,
    )
    assert other is not None
    assert OutboxEntry.objects.get(event_id="4").data == other.data


def test_reencryption_goes_on_where_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.pii.keys.stored.SLICE", 1)
    first, *_ = [stored(id).sequence for id in "123"]
    rotate("shop", by=None)
    next(reencrypt("shop", by=None))

    steps = list(reencrypt("shop", by=None))

    assert [step.position for step in steps] == [first + 1, first + 2]
    assert steps[-1].tokens == 3
    assert Reencryption.objects.get().finished_at is not None


def test_a_reencryption_that_changes_nothing_is_no_act() -> None:
    stored("1")
    rotate("shop", by=None)

    for _ in range(3):
        list(reencrypt("shop", by=None))

    [record] = AuditRecord.objects.filter(act="pii_key.reencrypted")
    assert json.loads(record.after) == {"key": the_key(2), "entries": 1}
    assert Reencryption.objects.get().finished_at is not None


def test_a_finished_reencryption_begins_anew_and_finds_what_came_late() -> None:
    rotate("shop", by=None)
    list(reencrypt("shop", by=None))
    key = DataKey.objects.filter(version=1, purpose="encrypt")
    late = keys_for("shop").readable[key.get().key_id]
    stored("1")
    old = stored("2")
    OutboxEntry.objects.filter(pk=old.pk).update(data=str(old.data).replace(the_key(2), late.id))

    steps = list(reencrypt("shop", by=None))

    assert (steps[-1].tokens, steps[-1].unreadable) == (0, 1)


def test_reencryption_stops_when_the_key_is_rotated_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.pii.keys.stored.SLICE", 1)
    stored("1"), stored("2")
    steps = reencrypt("shop", by=None)
    next(steps)

    rotate("shop", by=None)

    with pytest.raises(KeyInUseError, match="rotated meanwhile"):
        next(steps)


def test_destroyed_keys_are_gone_from_the_database_and_nothing_is_read() -> None:
    stored("1")
    rotate("shop", by=None)
    ids = destroy("shop", by=None, reason="asked to")

    assert len(ids) == 3
    assert set(DataKey.objects.values_list("state", "wrapped")) == {("destroyed", None)}
    with pytest.raises(KeysUnavailableError):
        keys_for("shop")
    ensure_keys("shop")
    assert {each.code for each in revealed("1").unreadable} == {"key_missing"}


def test_after_a_destruction_pseudonyms_are_others() -> None:
    before = keys_for("shop").pseudonyms

    destroy("shop", by=None, reason="asked to")
    ensure_keys("shop")

    assert keys_for("shop").pseudonyms.material != before.material


@pytest.mark.parametrize("act", [rotate, destroy])
def test_a_tenant_without_keys_is_an_error(act: Callable[..., Any]) -> None:
    with pytest.raises(NoSuchKeyError):
        act("nobody", by=None, reason="asked to")


def test_of_two_rotations_at_once_one_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    both_saw = new_key("shop", DataKey.Purpose.ENCRYPT)
    rotate("shop", by=None)
    monkeypatch.setattr("events.pii.keys.rotate.new_key", lambda tenant, purpose: both_saw)

    with pytest.raises(KeyInUseError, match="at this moment"):
        rotate("shop", by=None)

    assert DataKey.objects.filter(state="active", purpose="encrypt").count() == 1


def test_the_database_holds_one_active_key_only() -> None:
    key = new_key("shop", DataKey.Purpose.ENCRYPT)

    with pytest.raises(IntegrityError), transaction.atomic():
        key.save()


def test_keys_are_wrapped_anew_and_tokens_stay(settings: Settings) -> None:
    entry = stored("1")
    destroy("bank", by=None, reason="asked to") if ensure_keys("bank") else None
    settings.PII_KEY_ENCRYPTION_KEYS = f"{SECOND},{FIRST}"

    steps = list(rewrap(by=None))
    again = list(rewrap(by=None))
    settings.PII_KEY_ENCRYPTION_KEYS = SECOND

    assert (steps[-1], again[-1]) == ((2, 2, 2), (2, 2, 0))
    assert OutboxEntry.objects.get().data == entry.data
    assert revealed("1").unreadable == ()


def test_the_status_says_what_needs_attention(settings: Settings) -> None:
    well = status("shop")
    rotate("shop", by=None)
    settings.PII_KEY_ENCRYPTION_KEYS = SECOND
    ill = status()

    assert well.well
    assert [key.state for key in ill.keys] == ["decrypt_only", "active", "active"]
    assert all("is not configured" in key.problem for key in ill.keys)
    assert (ill.lacking, ill.superseded, ill.well) == (["default"], ["shop"], False)


def test_the_status_knows_which_keys_no_token_needs_from_the_end_of_a_reencryption_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("events.pii.keys.stored.SLICE", 1)
    stored("1"), stored("2")
    rotate("shop", by=None)
    steps = reencrypt("shop", by=None)

    next(steps)
    halfway = status("shop")
    list(steps)
    ended = status("shop")
    rotate("shop", by=None)

    assert (halfway.unfinished, halfway.superseded) == (["shop"], ["shop"])
    assert [key.key_id for key in ended.keys if key.unused] == [the_key(1)]
    assert (ended.unfinished, ended.superseded, ended.stuck) == ([], [], [])
    assert not any(key.unused for key in status("shop").keys)
