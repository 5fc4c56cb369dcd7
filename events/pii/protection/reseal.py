"""The tokens of a stored event made anew by a tenant's newest key. Everything else stays as it is."""

from dataclasses import dataclass, field
from typing import Any

import orjson

from events.envelope import CloudEvent
from events.envelope.attributes import is_json
from events.envelope.event import unchecked
from events.pii.protection.acts import Names
from events.pii.protection.data import ROOT
from events.pii.protection.json_places import locate
from events.pii.protection.literals import Edit, edited
from events.pii.protection.names import place_of_name
from events.pii.protection.tokens_in import TokenText, token_texts
from events.pii.tokens import TOKEN, EventIdentity, Opener, Sealer, TenantKeys, TokenError


@dataclass(frozen=True, slots=True)
class Resealed:
    """The event; how many tokens are new, and how many could not be opened and stay."""

    event: CloudEvent = field(repr=False)
    tokens: int
    unreadable: int


def resealed(event: CloudEvent, keys: TenantKeys) -> Resealed:
    resealing = _Resealing(keys, event)
    extensions: dict[str, Any] = {
        name: resealing.text(value, f"/{name}") if isinstance(value, str) else value
        for name, value in event.extensions.items()
    }
    made = unchecked(
        event.id,
        event.source,
        event.type,
        event.subject,
        event.time,
        event.datacontenttype,
        event.dataschema,
        extensions,
        resealing.data(event.data, event.datacontenttype),
    )
    return Resealed(made, resealing.tokens, resealing.unreadable)


class _Resealing:
    def __init__(self, keys: TenantKeys, event: CloudEvent) -> None:
        identity = EventIdentity(keys.tenant, event.type, event.source, event.id)
        self._current = keys.current.id
        self._opener = Opener(keys, identity)
        self._sealer = Sealer(keys.current, identity)
        self.tokens = self.unreadable = 0

    def data(self, data: str | bytes | None, datacontenttype: str | None) -> str | bytes | None:
        if data is None:
            return None
        if isinstance(data, bytes):
            return self._bytes(data)
        if is_json(datacontenttype):
            return self._json(data) if TOKEN.search(data) else data
        return self.text(data, ROOT)

    def text(self, text: str, before: str, after: str | None = None) -> str:
        """A string with its tokens made anew, bound to the same place or, if its names change, to the new one."""
        after = before if after is None else after
        return TOKEN.sub(lambda found: self._anew(found[0], found[1], before, after), text)

    def _anew(self, token: str, key_id: str, before: str, after: str) -> str:
        if key_id == self._current and before == after:
            return token
        try:
            opened = self._opener.open(token, before)
        except TokenError:
            self.unreadable += 1
            return token
        self.tokens += 1
        return self._sealer.seal(after, opened.value, opened.form)

    def _json(self, text: str) -> str:
        found = sorted(token_texts(orjson.loads(text)), key=lambda found: (not found.is_name, found.pointer))
        places = locate(text, [each.pointer for each in found])
        renamed: dict[str, str] = {}
        edits: list[Edit] = []
        for each in found:
            span = places[each.pointer].name if each.is_name else places[each.pointer].value
            assert span is not None
            edits.append((*span, self.text(text[slice(*span)], each.bound, _bound(each, renamed))))
            if each.is_name:
                renamed[each.pointer] = orjson.loads(edits[-1][2])
        return edited(text, sorted(edits))

    def _bytes(self, data: bytes) -> bytes:
        try:
            return self.text(data.decode(), ROOT).encode()
        except UnicodeDecodeError:
            return data


def _bound(found: TokenText, renamed: dict[str, str]) -> str:
    """The place that its tokens are bound to when the names above it are new. Parents come before what is in them."""
    if found.is_name:
        return place_of_name(Names(renamed).told(found.pointer.rpartition("/")[0]))
    return Names(renamed).told(found.pointer)
