"""Keys are at hand without a call, follow every change at once, and are never replaced by something weaker."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from controlplane.embedded.moto import MotoServer
from events.api_keys import Scope, issue_key
from events.models import DataKey
from events.pii.keys import background, held
from events.pii.keys.destroy import destroy
from events.pii.keys.errors import KeysUnavailableError
from events.pii.keys.kek import aws_kms
from events.pii.keys.retire import retire
from events.pii.keys.ring import keys_for
from events.pii.keys.rotate import rotate
from events.pii.keys.rows import ensure_keys
from events.schemas.registry import number
from tests.pii.keys.conftest import SECOND

pytestmark = pytest.mark.django_db


def test_a_tenant_has_two_keys_of_its_own(asked: list[str]) -> None:
    """H34"""
    assert [ensure_keys("shop"), ensure_keys("shop"), ensure_keys("bank")] == [2, 0, 2]

    shop, bank = keys_for("shop"), keys_for("bank")

    materials = {key.material for keys in (shop, bank) for key in (keys.current, keys.pseudonyms)}
    assert len(materials) == 4
    assert asked == []


def test_once_held_they_cost_no_query(asked: list[str]) -> None:
    ensure_keys("shop")
    as_of = number.current()
    keys_for("shop", number=as_of)

    with CaptureQueriesContext(connection) as queries:
        keys_for("shop", number=as_of)

    assert len(queries) == 0


def test_missing_keys_are_an_error_and_asked_for(asked: list[str]) -> None:
    """H35"""
    with pytest.raises(KeysUnavailableError, match="being made") as error:
        keys_for("shop")

    assert error.value.tenant == "shop"
    assert asked == ["shop"]


def test_a_new_version_takes_over_at_once_and_the_old_one_reads(asked: list[str]) -> None:
    """H35"""
    ensure_keys("shop")
    before = keys_for("shop")

    new = rotate("shop", by=None)

    after = keys_for("shop")
    assert after.current.id == new.key_id
    assert set(after.readable) == {before.current.id, new.key_id}
    assert after.pseudonyms == before.pseudonyms


def test_a_retired_key_is_held_no_longer(asked: list[str]) -> None:
    """H35"""
    ensure_keys("shop")
    before = keys_for("shop")
    rotate("shop", by=None)
    keys_for("shop")

    retire("shop", before.current.id, by=None)

    assert before.current.id not in keys_for("shop").readable
    assert held.secret(DataKey.objects.get(key_id=before.current.id)) is None


def test_destroyed_keys_are_held_no_longer(asked: list[str]) -> None:
    ensure_keys("shop")
    ensure_keys("bank")
    keys_for("shop")

    destroy("shop", by=None, reason="asked to")
    keys_for("bank")

    assert not any(held.secret(row) for row in DataKey.objects.filter(tenant="shop"))
    with pytest.raises(KeysUnavailableError):
        keys_for("shop")


@pytest.mark.parametrize("named", ["", SECOND, "not base64"])
def test_without_the_key_encryption_key_there_is_none(settings: Settings, asked: list[str], named: str) -> None:
    """H35"""
    ensure_keys("shop")
    settings.PII_KEY_ENCRYPTION_KEYS = named

    with pytest.raises(KeysUnavailableError) as error:
        keys_for("shop")

    assert "not base64" not in str(error.value)


def test_a_key_wrapped_elsewhere_is_fetched_in_the_background_meanwhile_its_predecessor_serves(
    settings: Settings, asked: list[str]
) -> None:
    ensure_keys("shop")
    before = keys_for("shop")
    new = rotate("shop", by=None)
    DataKey.objects.filter(pk=new.pk).update(kek="aws-kms:some-key")

    assert keys_for("shop").current == before.current
    assert asked == ["shop"]


def test_a_first_key_wrapped_elsewhere_is_waited_for(asked: list[str]) -> None:
    """H35"""
    ensure_keys("shop")
    DataKey.objects.filter(tenant="shop").update(kek="aws-kms:some-key")

    with pytest.raises(KeysUnavailableError, match="being fetched"):
        keys_for("shop")

    assert asked == ["shop"]


@pytest.mark.django_db(transaction=True)
def test_the_background_makes_and_holds_what_is_missing() -> None:
    with pytest.raises(KeysUnavailableError):
        keys_for("shop")

    _until_at_rest()

    assert keys_for("shop").tenant == "shop"


@pytest.mark.django_db(transaction=True)
def test_a_tenants_first_api_key_has_its_keys_made_ahead() -> None:
    issue_key("a service", [Scope.WRITE], tenant="shop")

    background.ask_for_all()
    _until_at_rest()

    assert sorted(DataKey.objects.values_list("tenant", flat=True).distinct()) == ["default", "shop"]


def _until_at_rest() -> None:
    """Wait for what the background was asked."""
    assert background.rest(10)


@pytest.mark.django_db(transaction=True)
def test_many_who_make_a_tenants_first_keys_at_once_end_with_one_each() -> None:
    barrier = threading.Barrier(4)
    made: list[int] = []

    def make() -> None:
        barrier.wait()
        try:
            made.append(ensure_keys("shop"))
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(made) == 2
    assert DataKey.objects.count() == 2


def test_without_a_key_encryption_key_nothing_is_asked_for(settings: Settings) -> None:
    settings.PII_KEY_ENCRYPTION_KEYS = ""

    background.ask("shop")

    assert background.make_missing() == 0


def test_keys_that_tenants_lack_are_made() -> None:
    issue_key("a service", [Scope.WRITE], tenant="shop")

    assert background.make_missing() == 4
    assert background.make_missing() == 0


def test_a_failure_is_told_without_values(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.PII_KEY_ENCRYPTION_KEYS = "hunter2"

    assert not background.fetched(["shop"])
    assert "hunter2" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_with_kms_whoever_asks_calls_nobody_and_the_background_does(kms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """H35"""
    callers: set[str] = set()
    call = aws_kms._call

    def seen(operation: str, **parameters: Any) -> Any:
        callers.add(threading.current_thread().name)
        return call(operation, **parameters)

    monkeypatch.setattr(aws_kms, "_call", seen)

    with pytest.raises(KeysUnavailableError):
        keys_for("shop")
    _until_at_rest()
    first = keys_for("shop")

    assert callers == {"pii-keys"}
    assert set(first.readable) == {first.current.id}


@pytest.mark.django_db(transaction=True)
def test_with_kms_a_new_version_takes_over_once_it_is_unwrapped(kms: Any) -> None:
    """H35"""
    ensure_keys("shop")
    held.fetch("shop")
    first = keys_for("shop").current
    new = rotate("shop", by=None)

    meanwhile = keys_for("shop").current
    _until_at_rest()

    assert meanwhile == first
    assert keys_for("shop").current.id == new.key_id


@pytest.mark.django_db(transaction=True)
def test_with_kms_away_keys_that_are_held_go_on_and_others_are_refused(kms: Any, moto: MotoServer) -> None:
    """H35"""
    ensure_keys("shop")
    ensure_keys("bank")
    held.fetch("shop")
    keys_for("shop")
    moto.close()

    assert keys_for("shop").tenant == "shop"
    with pytest.raises(KeysUnavailableError):
        keys_for("bank")
    _until_at_rest()
    with pytest.raises(KeysUnavailableError):
        keys_for("bank")
    _until_at_rest()
