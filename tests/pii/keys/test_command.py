"""`manage.py keys`, as an operator types it."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from events.api_keys import Scope, issue_key, revoke_key
from events.envelope import CloudEvent
from events.ingest import ingest_one
from events.models import AuditRecord, DataKey
from events.pii.keys.rows import ensure_keys
from tests.pii.keys.conftest import FIRST, SECOND
from tests.pii.keys.test_acts import stored, the_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def keys(*words: str) -> tuple[str, str, int]:
    """What it says on stdout and stderr, and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("keys", *words, stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(str(end.code))
    return out.getvalue(), err.getvalue(), 0


def answer(*words: str) -> Any:
    return json.loads(keys(*words, "--json")[0])


def test_status_says_what_to_do_where_keys_are_lacking() -> None:
    out, _, code = keys("status")

    assert "default has no keys: `manage.py keys make`" in out
    assert code == 1


def test_made_they_are_all_well() -> None:
    assert answer("make") == {"default": 2}

    out, _, code = keys("status")

    assert out.split("\n")[0].split() == ["TENANT", "PURPOSE", "VERSION", "KEY", "STATE", "WRAPPED", "BY"]
    assert out.count("active") == 2
    assert code == 0


@pytest.mark.parametrize("words", [["make"], ["reencrypt"], ["rotate"]])
def test_a_slip_of_the_pen_makes_no_keys(words: list[str], asked: list[str]) -> None:
    with pytest.raises(CommandError, match="shpo"):
        keys(*words, "--tenant", "shpo")

    assert not DataKey.objects.exists()
    assert asked == []


def test_a_new_tenant_is_said_to_be_one() -> None:
    assert answer("make", "--tenant", "shop", "--new") == {"shop": 2}

    assert answer("make", "--tenant", "shop") == {"shop": 0}


@pytest.mark.parametrize("name", ["../x y", "x" * 65, "\x1b[2J", "-shop", "shöp", "shop\n"])
def test_a_new_tenants_name_has_a_form(name: str) -> None:
    with pytest.raises(CommandError, match="cannot be a new tenant's name") as error:
        keys("make", f"--tenant={name}", "--new")

    assert error.value.returncode == 2
    assert "\x1b" not in str(error.value)
    assert not DataKey.objects.exists()


def test_tenants_with_an_api_key_or_an_event_are_known(settings: Settings) -> None:
    settings.UNKNOWN_EVENT_TYPES = "accept"
    key, _ = issue_key("a key", [Scope.READ], "Acme, Inc.")
    revoke_key(key, by=None)
    ingest_one(CloudEvent.of(type="com.example.made", source="/x", data={"n": 1}), tenant="shop")

    assert answer("make", "--tenant", "Acme, Inc.") == {"Acme, Inc.": 2}
    assert answer("make", "--tenant", "shop") == {"shop": 2}


def test_status_tells_keys_that_cannot_be_unwrapped(settings: Settings) -> None:
    ensure_keys("default")
    settings.PII_KEY_ENCRYPTION_KEYS = SECOND

    out, _, code = keys("status")

    assert "CANNOT BE UNWRAPPED" in out
    assert code == 1


def test_rotation_of_all_tenants() -> None:
    ensure_keys("shop"), ensure_keys("bank")

    assert [each["version"] for each in answer("rotate", "--reason", "every year")] == [2, 2]


@pytest.mark.parametrize("reason", ["x" * 201, "one\ntwo", "one\n", "\x1b[2Jgone", " spaced ", "a\u0085b"])
@pytest.mark.parametrize("act", ["rotate", "retire", "destroy"])
def test_a_reason_is_one_line(act: str, reason: str) -> None:
    ensure_keys("shop")
    words = {"retire": ["--key", the_key(1), "--although-used"], "destroy": ["--confirm", "shop"]}.get(act, [])

    with pytest.raises(CommandError, match="must be one line, without spaces at its ends, of at most 200 characters"):
        keys(act, "--tenant", "shop", *words, f"--reason={reason}")

    assert set(DataKey.objects.values_list("state", flat=True)) == {"active"}
    assert not AuditRecord.objects.exists()


def test_rotate_reencrypt_retire(settings: Settings) -> None:
    """H35"""
    settings.UNKNOWN_EVENT_TYPES = "accept"
    ensure_keys("shop")
    stored("1")
    old = the_key(1)

    keys("rotate", "--tenant", "shop")
    out, err, code = keys("reencrypt", "--tenant", "shop")
    retired = answer("retire", "--tenant", "shop", "--key", old)

    assert "0 keys wrapped anew\nshop: 1 token in 1 event brought under the newest key\n" in out
    assert "keys: 3 of 3" in err
    assert (code, retired) == (0, {"tenant": "shop", "retired": old})


def test_after_a_reencryption_status_names_the_keys_that_can_be_retired(settings: Settings) -> None:
    settings.UNKNOWN_EVENT_TYPES = "accept"
    ensure_keys("shop")
    stored("1")
    keys("rotate", "--tenant", "shop")
    before = keys("status")[0]

    keys("reencrypt", "--tenant", "shop")
    after = keys("status")[0]
    keys("retire", "--tenant", "shop", "--key", the_key(1))

    assert "shop has keys that could be retired after `manage.py keys reencrypt`" in before
    assert "could be retired" not in after
    assert f"No stored event has tokens of {the_key(1)}: `manage.py keys retire --tenant shop --key" in after
    assert "keys retire" not in keys("status")[0]


def test_status_names_no_key_that_a_token_may_need(settings: Settings) -> None:
    settings.UNKNOWN_EVENT_TYPES = "accept"
    ensure_keys("shop")
    stored("1")
    for _ in range(2):
        keys("rotate", "--tenant", "shop")
    keys("retire", "--tenant", "shop", "--key", the_key(1), "--although-used")

    keys("reencrypt", "--tenant", "shop")
    out = keys("status")[0]

    assert "shop: re-encryption has left tokens that it cannot open" in out
    assert "No stored event has tokens" not in out


def test_reencryption_that_leaves_tokens_says_so(settings: Settings) -> None:
    settings.UNKNOWN_EVENT_TYPES = "accept"
    ensure_keys("shop")
    stored("1")
    keys("rotate", "--tenant", "shop")
    keys("retire", "--tenant", "shop", "--key", the_key(1), "--although-used")

    out, _, code = keys("reencrypt")

    assert "; 1 token cannot be opened and stays\n" in out
    assert code == 1


def test_reencryption_wraps_keys_anew(settings: Settings) -> None:
    ensure_keys("shop")
    settings.PII_KEY_ENCRYPTION_KEYS = f"{SECOND} {FIRST}"

    assert answer("reencrypt")["keys_rewrapped"] == 2


def test_what_is_refused_is_told_in_a_sentence() -> None:
    ensure_keys("shop")

    with pytest.raises(CommandError, match="rotate first") as error:
        keys("retire", "--tenant", "shop", "--key", the_key(1))

    assert error.value.returncode == 1


def test_destruction_needs_the_tenants_name_again() -> None:
    ensure_keys("shop")

    with pytest.raises(CommandError, match="Nothing was done"):
        keys("destroy", "--tenant", "shop", "--confirm", "shops", "--reason", "they asked for it")

    assert not DataKey.objects.filter(state="destroyed").exists()


def test_the_name_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_keys("shop")
    monkeypatch.setattr("sys.stdin", io.StringIO("shop\n"))

    out, err, _ = keys("destroy", "--tenant", "shop", "--reason", "they asked for it")

    assert "gone for good. Nothing undoes it" in err
    assert "All keys of shop are destroyed" in out
    assert not DataKey.objects.exclude(state="destroyed").exists()
    assert AuditRecord.objects.get(act="pii_key.destroyed").reason == "they asked for it"


@pytest.mark.parametrize("words", [(), ("--reason", ""), ("--reason=",)])
def test_nothing_is_destroyed_without_a_reason(words: tuple[str, ...]) -> None:
    ensure_keys("shop")

    with pytest.raises(CommandError, match="--reason"):
        keys("destroy", "--tenant", "shop", "--confirm", "shop", *words)

    assert not DataKey.objects.filter(state="destroyed").exists()
    assert not AuditRecord.objects.exists()


@pytest.mark.parametrize("words", [(), ("retire",), ("destroy",), ("burn",)])
def test_what_cannot_be_asked_for_is_explained(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        keys(*words)
