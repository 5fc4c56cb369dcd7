"""How the keys stand, for operators: which versions there are, what wraps them, what still waits for re-encryption."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.models import DataKey, Reencryption
from events.pii.keys import background, kek
from events.pii.keys.errors import KekError
from events.pii.keys.rows import Purpose, State, unwrap


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """One version of a key; `problem` says why it cannot be unwrapped, "" if it can or need not be.

    It is `unused` if it was rotated out and re-encryption has left no token of it in stored events.
    """

    tenant: str
    purpose: str
    version: int
    key_id: str
    state: str
    kek: str
    created_at: datetime
    superseded_at: datetime | None
    problem: str
    unused: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How all of them stand.

    `provider_problem` is what is wrong with the configuration; `lacking` are tenants without keys; those in
    `unfinished` have a re-encryption that has not come to its end, those in `superseded` keys to retire after one,
    those in `stuck` keys that may be needed for tokens which re-encryption could not open.
    """

    provider_problem: str
    keys: Sequence[KeyStatus]
    lacking: Sequence[str]
    unfinished: Sequence[str]
    superseded: Sequence[str]
    stuck: Sequence[str]

    @property
    def well(self) -> bool:
        return not (self.provider_problem or self.lacking or any(key.problem for key in self.keys))


def status(tenant: str = "") -> Status:
    """Of one tenant or of all. Tries to unwrap each key in use, which may take a call over the network."""
    rows = DataKey.objects.order_by("tenant", "purpose", "version")
    if tenant:
        rows = rows.filter(tenant=tenant)
    active = {row.tenant for row in rows if row.state == State.ACTIVE and row.purpose == Purpose.ENCRYPT}
    tenants = [tenant] if tenant else background.known_tenants()
    unfinished = Reencryption.objects.filter(finished_at=None).values_list("tenant", flat=True)
    ended = _ended([row.key_id for row in rows if row.state == State.ACTIVE])
    former = {row.tenant for row in rows if row.state == State.DECRYPT_ONLY}
    return Status(
        provider_problem=_provider_problem(),
        keys=[_key(row, unused=row.state == State.DECRYPT_ONLY and ended.get(row.tenant) == 0) for row in rows],
        lacking=[name for name in tenants if name not in active],
        unfinished=sorted({*unfinished} & {*tenants, *active}),
        superseded=sorted(former - ended.keys()),
        stuck=sorted(name for name in former if ended.get(name)),
    )


def _ended(active: Sequence[str]) -> dict[str, int]:
    """By tenant, how many tokens re-encryption for the key in use has left, where it has come to its end."""
    ended = Reencryption.objects.filter(key_id__in=active, finished_at__isnull=False)
    return dict(ended.values_list("tenant", "unreadable"))


def _provider_problem() -> str:
    try:
        kek.current()
    except KekError as error:
        return str(error)
    return ""


def _key(row: DataKey, *, unused: bool) -> KeyStatus:
    return KeyStatus(
        tenant=row.tenant,
        purpose=row.purpose,
        version=row.version,
        key_id=row.key_id,
        state=row.state,
        kek=row.kek,
        created_at=row.created_at,
        superseded_at=row.superseded_at,
        problem=_problem(row) if row.state in (State.ACTIVE, State.DECRYPT_ONLY) else "",
        unused=unused,
    )


def _problem(row: DataKey) -> str:
    try:
        unwrap(row)
    except KekError as error:
        return str(error)
    return ""
