"""Keys: shown once, kept as a digest, ended for good."""

import pytest

from events.api_keys import Scope, find_caller, issue_key, revoke_key
from events.models import ApiKey
from events.who import Caller

pytestmark = pytest.mark.django_db


def test_a_key_opens_what_it_was_issued_for() -> None:
    key, secret = issue_key("billing", ["events:read", Scope.WRITE, "events:read"], tenant="shop")

    assert find_caller(secret) == Caller(key.pk, "billing", "shop", frozenset({"events:read", "events:write"}))


def test_the_secret_is_not_stored() -> None:
    key, secret = issue_key("billing", [])

    stored = ApiKey.objects.values_list().get(pk=key.pk)
    assert secret.startswith(f"ecp_{key.prefix}_")
    assert not any(secret.rpartition("_")[2] in str(value) for value in stored)


def test_keys_differ() -> None:
    secrets = {issue_key("billing", [])[1] for _ in range(10)}

    assert len(secrets) == 10


def test_an_unknown_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="everything"):
        issue_key("billing", ["everything"])

    assert not ApiKey.objects.exists()


def test_a_revoked_key_opens_nothing() -> None:
    key, secret = issue_key("billing", ["events:write"])

    first, second = revoke_key(key), revoke_key(key)

    key.refresh_from_db()
    assert (first, second) == (True, False)
    assert key.revoked_at is not None
    assert find_caller(secret) is None


def test_a_wrong_secret_opens_nothing() -> None:
    _, secret = issue_key("billing", ["events:write"])

    for wrong in (secret[:-1], f"{secret}a", f"{secret[:-1]}-", secret.upper(), f"x{secret}"):
        assert wrong == secret or find_caller(wrong) is None


@pytest.mark.parametrize("secret", ["ecp__", "ecp_0123456789a\0_x", "ecp_é_x", "ecp_" + "a" * 100_000, "_", "ecp"])
def test_a_malformed_secret_opens_nothing(secret: str) -> None:
    assert find_caller(secret) is None


def test_a_key_acts_for_a_tenant() -> None:
    with pytest.raises(ValueError, match="tenant"):
        issue_key("nobody's", [Scope.READ], "")
