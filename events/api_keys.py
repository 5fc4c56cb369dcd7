"""API keys: issued once in clear, kept as a digest, looked up by their prefix."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import structlog
from django.db import transaction
from django.db.models.functions import Now

from events.audit.record import record
from events.first_query import first_row
from events.models import ApiKey
from events.pii.keys.background import ask_after_commit
from events.who import Actor, HeldKey, named
from events.who import Caller as Caller

log = structlog.get_logger(__name__)

SUBJECT = "API key"

_SECRET = re.compile(r"ecp_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")

# Asked with every request: building it through the ORM takes longer than the database takes to answer.
# Of types that no migration changes: a prepared statement may not answer with others than before.
_FIND = """
SELECT CAST(id AS bigint), CAST(name AS text), CAST(tenant AS text), CAST(scopes AS text), CAST(digest AS text)
FROM events_apikey WHERE prefix = %s AND revoked_at IS NULL
"""


class Scope(StrEnum):
    """What a key may do."""

    WRITE = "events:write"
    READ = "events:read"
    OPERATE = "operate"
    CONFIGURE = "configure"
    PUBLISH = "publish"
    KEYS = "keys"
    REVEAL = "pii:reveal"


class ScopeNotHeldError(Exception):
    """A key was to grant scopes that it does not have itself: `scopes`."""

    def __init__(self, scopes: Iterable[str]) -> None:
        self.scopes = sorted(scopes)
        super().__init__(f"the API key itself lacks {', '.join(self.scopes)}")


def grant_key(caller: Caller, name: str, scopes: Iterable[str]) -> tuple[ApiKey, str]:
    """Make a key on behalf of another one: of its tenant, with some of its scopes. Raises ScopeNotHeldError."""
    asked = set(scopes)
    if beyond := asked - caller.scopes:
        raise ScopeNotHeldError(beyond)
    return issue_key(name, asked, caller.tenant, by=caller)


@transaction.atomic
def issue_key(name: str, scopes: Iterable[str], tenant: str = "default", *, by: Actor = None) -> tuple[ApiKey, str]:
    """Make a key. The secret is returned here only. Raises `ValueError` for an unknown scope or no tenant."""
    if not tenant:
        raise ValueError("a key acts for a tenant")
    granted = sorted({Scope(scope).value for scope in scopes})
    prefix = secrets.token_hex(6)
    secret = f"ecp_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(name=name, prefix=prefix, digest=_digest(secret), tenant=tenant, scopes=granted)
    ask_after_commit(tenant)
    record("api_key.issued", SUBJECT, key.pk, after=_audited(key), by=by)
    log.info("api_key.issued", key_id=key.pk, tenant=tenant, scopes=granted, by=named(by))
    return key, secret


@transaction.atomic
def revoke_key(key: ApiKey, *, by: Actor = None) -> bool:
    """End a key at once and for good. False if it was revoked before."""
    revoked = bool(ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now()))
    if revoked:
        record("api_key.revoked", SUBJECT, key.pk, before=_audited(key), by=by)
        log.info("api_key.revoked", key_id=key.pk, by=named(by))
    return revoked


def find_caller(secret: str) -> Caller | None:
    """Who a secret belongs to, unless it is unknown, wrong or revoked."""
    presented = key_of(secret)
    if presented is None:
        return None
    key = first_row(_FIND, [presented.prefix])
    if key is None or not hmac.compare_digest(key[4], presented.digest):
        return None
    return Caller(key[0], key[1], key[2], frozenset(json.loads(key[3])))


def key_of(secret: str) -> HeldKey | None:
    """By what a secret is looked up; None where it is no secret of ours."""
    form = _SECRET.fullmatch(secret)
    return None if form is None else HeldKey(form[1], _digest(secret))


def _audited(key: ApiKey) -> dict[str, Any]:
    """Without the name, which is free text, and the digest."""
    return {"prefix": key.prefix, "tenant": key.tenant, "scopes": list(key.scopes)}


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
