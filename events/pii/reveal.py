"""What stood where tokens stand in a stored event, for whoever may see it and says why: never without a record."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

import orjson
import structlog
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from events import metrics
from events.audit.record import record, recorded_together, unrecorded
from events.clock import database_now
from events.envelope import CloudEvent
from events.envelope.attributes import is_json
from events.models import AuditRecord, DataKey, OutboxEntry
from events.pii.keys.errors import KeysUnavailableError
from events.pii.keys.ring import keys_for
from events.pii.keys.rows import USABLE, State
from events.pii.keys.stored import text_of
from events.pii.protection import Unreadable
from events.pii.protection import reveal as opened
from events.pii.protection.data import ROOT
from events.pii.protection.tokens_in import token_texts
from events.pii.tokens import TOKEN, SecretKey, TenantKeys
from events.pii.tokens.keys import KEY_BYTES
from events.who import Actor, Caller, named

log = structlog.get_logger(__name__)

SUBJECT = "event"
ACT = "pii.revealed"
REFUSED_ACT = "pii.reveal_refused"
REFUSED_AGAIN_AFTER = timedelta(hours=1)
"""Until then what the same one is refused is not recorded again."""
UNREAD: Mapping[str, str] = {
    "key_destroyed": "its key is destroyed: nobody can read it again",
    "key_retired": "its key is retired",
    "key_unknown": "its key is none of this tenant's",
    "not_authentic": "it was changed, or was made for another place or event",
}
"""Why something is not revealed."""
REFUSED = ("not_authentic", "key_unknown")
"""What no honest copy of an event comes to."""
# In a JSON Pointer the tilde at a token's end is escaped.
_TOKEN_IN_PATH = re.compile(f"{TOKEN.pattern}0")
_GONE = {State.DESTROYED: "key_destroyed", State.RETIRED: "key_retired"}


class NoReasonError(ValueError):
    """Nobody sees personal data without saying why."""

    def __init__(self) -> None:
        super().__init__("say why you need to see it")


class AnsweredError(ValueError):
    """The same was asked for before, and answered."""

    def __init__(self) -> None:
        super().__init__("it was answered already")


class Unread(NamedTuple):
    """What could not be revealed: where, and why, as a key of UNREAD."""

    path: str
    code: str

    @property
    def why(self) -> str:
        return UNREAD[self.code]


@dataclass(frozen=True, slots=True)
class Shown:
    """The event with its tokens opened. `paths` are those of the stored event, `*` for each name that is a token."""

    event: CloudEvent = field(repr=False)
    paths: tuple[str, ...]
    unread: tuple[Unread, ...]


def reveal(entry: OutboxEntry, *, reason: str, by: Actor, last: int | None = None) -> Shown:
    """Open what is encrypted in a stored event. When this returns, that it was done is on record and committed.

    `last` is what `last_reveal` said when the question was put: whoever repeats it, which browsers do when a page is
    loaded again, gets no second answer. Raises NoReasonError, AnsweredError for that, and KeysUnavailableError where a
    key is not at hand now.
    """
    if not reason.strip():
        raise NoReasonError
    try:
        shown = _shown(entry)
    except KeysUnavailableError:
        metrics.revealed("unavailable")
        raise
    _record(entry, shown, reason.strip(), by, last)
    metrics.revealed("answered")
    log.info("pii.revealed", entry=str(entry.uuid), places=len(shown.paths), unread=len(shown.unread), by=named(by))
    return shown


def last_reveal(entry: OutboxEntry, *, by: Actor) -> int:
    """The number of the newest record of showing it to them; 0 while they have not seen it."""
    return _reveals(entry, by).values_list("number", flat=True).first() or 0


def refuse(entry_id: object, *, by: User | Caller) -> None:
    """Log that somebody wanted to see what they may not, and put it on record, once an hour.

    The record is about who was refused: the event may not exist.
    """
    log.warning("pii.reveal_refused", entry=str(entry_id), by=named(by))
    metrics.revealed("refused")
    subject, _, number = named(by).rpartition(" ")
    with transaction.atomic(durable=True):
        known = AuditRecord.objects.filter(subject=subject, subject_id=number, act=REFUSED_ACT)
        if unrecorded(known.filter(at__gt=database_now() - REFUSED_AGAIN_AFTER)):
            record(REFUSED_ACT, subject, number, after={SUBJECT: str(entry_id)}, by=by)


def _shown(entry: OutboxEntry) -> Shown:
    states = _key_states(entry)
    event = _stored(entry)
    revealed = opened(event, _keys(entry.tenant, {id_ for id_, state in states.items() if state in USABLE}))
    unread = dict.fromkeys(_unread(event, revealed.unreadable, states))
    return Shown(revealed.event, tuple(sorted({*map(_told, revealed.paths)})), tuple(unread))


def _reveals(entry: OutboxEntry, by: Actor) -> QuerySet[AuditRecord]:
    return AuditRecord.objects.filter(subject=SUBJECT, subject_id=str(entry.uuid), act=ACT, by=named(by))


@transaction.atomic(durable=True)
def _record(entry: OutboxEntry, shown: Shown, reason: str, by: Actor, last: int | None) -> None:
    if last is not None and not unrecorded(_reveals(entry, by).filter(number__gt=last)):
        raise AnsweredError
    unread = [one._asdict() for one in shown.unread]
    after = {"tenant": entry.tenant, "paths": list(shown.paths), "unread": unread}
    refused = [one for one in unread if one["code"] in REFUSED]
    with recorded_together():
        record(ACT, SUBJECT, entry.uuid, after=after, reason=reason, by=by)
        if refused:
            record("pii.token_refused", SUBJECT, entry.uuid, after={"tenant": entry.tenant, "unread": refused}, by=by)


def _key_states(entry: OutboxEntry) -> dict[str, str]:
    """The tenant's keys that tokens of the entry name."""
    named_in = {token[1] for text in (entry.extensions, text_of(entry)) for token in TOKEN.finditer(text)}
    rows = DataKey.objects.filter(tenant=entry.tenant, key_id__in=named_in)
    return dict(rows.values_list("key_id", "state"))


def _keys(tenant: str, wanted: set[str]) -> TenantKeys:
    if not wanted:
        # Not asked for: a tenant whose keys are destroyed would get new ones.
        none = SecretKey("", os.urandom(KEY_BYTES))
        return TenantKeys(tenant, none, none, {})
    keys = keys_for(tenant)
    if not wanted.issubset(keys.readable):
        raise KeysUnavailableError(tenant, "they are being fetched")
    return keys


def _stored(entry: OutboxEntry) -> CloudEvent:
    return CloudEvent.stored(
        entry.event_id, entry.source, entry.type, entry.subject, entry.time, entry.datacontenttype, entry.dataschema,
        entry.extensions, entry.data, entry.data_base64,
    )  # fmt: skip


def _unread(event: CloudEvent, unreadable: Iterable[Unreadable], states: Mapping[str, str]) -> Iterator[Unread]:
    key_ids = dict(_key_ids(event))
    for path, code in unreadable:
        if code == "not_authentic":
            yield Unread(_told(path), code)
            continue
        for state in (states.get(id_, "") for id_ in key_ids[path]):
            if state not in USABLE:
                yield Unread(_told(path), _GONE.get(State(state), "key_unknown") if state else "key_unknown")


def _key_ids(event: CloudEvent) -> Iterator[tuple[str, list[str]]]:
    """By place, the keys that the tokens there name."""
    texts = {f"/{name}": value for name, value in event.extensions.items() if isinstance(value, str)}
    data = event.data
    if isinstance(data, bytes):
        texts[ROOT] = data.decode(errors="replace")
    elif data is not None and is_json(event.datacontenttype):
        texts |= {found.pointer: found.value for found in token_texts(orjson.loads(data))}
    elif data is not None:
        texts[ROOT] = data
    return ((path, [token[1] for token in TOKEN.finditer(text)]) for path, text in texts.items())


def _told(path: str) -> str:
    return _TOKEN_IN_PATH.sub("*", path)
