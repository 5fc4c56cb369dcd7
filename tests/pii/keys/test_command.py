"""`manage.py keys`, as an operator types it."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from events.models import DataKey
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


def test_status_tells_keys_that_cannot_be_unwrapped(settings: Settings) -> None:
    ensure_keys("default")
    settings.PII_KEY_ENCRYPTION_KEYS = SECOND

    out, _, code = keys("status")

    assert "CANNOT BE UNWRAPPED" in out
    assert code == 1


def test_rotation_of_all_tenants() -> None:
    ensure_keys("shop"), ensure_keys("bank")

    assert [each["version"] for each in answer("rotate", "--reason", "every year")] == [2, 2]


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
        keys("destroy", "--tenant", "shop", "--confirm", "shops")

    assert not DataKey.objects.filter(state="destroyed").exists()


def test_the_name_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_keys("shop")
    monkeypatch.setattr("sys.stdin", io.StringIO("shop\n"))

    out, err, _ = keys("destroy", "--tenant", "shop")

    assert "gone for good. Nothing undoes it" in err
    assert "All keys of shop are destroyed" in out
    assert not DataKey.objects.exclude(state="destroyed").exists()


@pytest.mark.parametrize("words", [(), ("retire",), ("destroy",), ("burn",)])
def test_what_cannot_be_asked_for_is_explained(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        keys(*words)
