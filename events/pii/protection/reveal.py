"""What stood where tokens stand, for whoever may see it. Pseudonyms and marks cannot be undone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from events.envelope import CloudEvent, Extension
from events.envelope.attributes import is_json
from events.envelope.event import unchecked
from events.pii.protection.data import ROOT
from events.pii.protection.json_places import Place, locate
from events.pii.protection.literals import Edit, edited, literal_edits
from events.pii.protection.tokens_in import TokenText, token_texts
from events.pii.tokens import TOKEN, EventIdentity, Opener, TenantKeys, TokenError


class Unreadable(NamedTuple):
    """A token that could not be opened: where, and why in a word: `not_authentic` or `key_missing`."""

    path: str
    code: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """An event with its tokens opened; those that could not be are left. `paths` are those of the stored event."""

    event: CloudEvent = field(repr=False)
    paths: tuple[str, ...]
    unreadable: tuple[Unreadable, ...]


def reveal(event: CloudEvent, keys: TenantKeys) -> Revealed:
    """Open all tokens of an event as it is stored."""
    revealing = Revealing(keys, event)
    extensions = {name: revealing.attribute(name, value) for name, value in event.extensions.items()}
    opened = unchecked(
        event.id,
        event.source,
        event.type,
        event.subject,
        event.time,
        event.datacontenttype,
        event.dataschema,
        extensions,
        revealing.data(event.data, event.datacontenttype),
    )
    return Revealed(opened, tuple(dict.fromkeys(revealing.paths)), tuple(revealing.unreadable))


def reveal_text(text: str, path: str, event: CloudEvent, keys: TenantKeys) -> tuple[str, tuple[Unreadable, ...]]:
    """Open the tokens in one string of an event, by its place."""
    revealing = Revealing(keys, event)
    return edited(text, revealing.edits(text, path, path)), tuple(revealing.unreadable)


class Revealing:
    """Opens the tokens of one event, and notes where there were any."""

    def __init__(self, keys: TenantKeys, event: CloudEvent) -> None:
        self.paths: list[str] = []
        self.unreadable: list[Unreadable] = []
        self._opener = Opener(keys, EventIdentity(keys.tenant, event.type, event.source, event.id))

    def attribute(self, name: str, value: Extension) -> Extension:
        if not isinstance(value, str):
            return value
        number = self._number(TokenText(f"/{name}", value, f"/{name}"))
        if number is not None:
            return {"true": True, "false": False}[number] if number.isalpha() else int(number)
        return edited(value, self.edits(value, f"/{name}", f"/{name}"))

    def data(self, data: str | bytes | None, datacontenttype: str | None) -> str | bytes | None:
        if data is None:
            return None
        if isinstance(data, bytes):
            return self._bytes(data)
        if is_json(datacontenttype):
            return self._json(data) if "pii.v1." in data else data
        return edited(data, self.edits(data, ROOT, ROOT))

    def edits(self, value: str, path: str, bound: str) -> list[Edit]:
        """What becomes of the tokens in a string."""
        return list(self._edits(value, path, bound))

    def _edits(self, value: str, path: str, bound: str) -> Iterator[Edit]:
        for found in TOKEN.finditer(value):
            try:
                opened = self._opener.open(found[0], bound)
                text = opened.value.decode()
            except TokenError as error:
                self.unreadable.append(Unreadable(path, error.code))
                continue
            self.paths.append(path)
            start, end = found.span()
            # A number in JSON in a string: it had no quotes before.
            quoted = opened.form == "number" and value[start - 1 : start] == value[end : end + 1] == '"'
            yield start - quoted, end + quoted, text

    def _json(self, text: str) -> str:
        texts = list(token_texts(orjson.loads(text)))
        places = locate(text, [found.pointer for found in texts])
        edits = [edit for found in texts for edit in self._in_literal(text, places[found.pointer], found)]
        return edited(text, sorted(edits))

    def _in_literal(self, text: str, place: Place, found: TokenText) -> Iterable[Edit]:
        span = place.name if found.is_name else place.value
        assert span is not None
        number = None if found.is_name else self._number(found)
        if number is not None:
            return [(*span, number)]
        return literal_edits(text[slice(*span)], span[0], self.edits(found.value, found.pointer, found.bound))

    def _number(self, found: TokenText) -> str | None:
        """What was a number is one again."""
        if TOKEN.fullmatch(found.value) is None:
            return None
        try:
            opened = self._opener.open(found.value, found.bound)
        except TokenError:
            return None
        if opened.form != "number":
            return None
        self.paths.append(found.pointer)
        return opened.value.decode()

    def _bytes(self, data: bytes) -> bytes:
        try:
            token = data.decode().strip('"')
            if TOKEN.fullmatch(token) is None:
                return data
            opened = self._opener.open(token, ROOT)
        except UnicodeDecodeError:
            return data
        except TokenError as error:
            self.unreadable.append(Unreadable(ROOT, error.code))
            return data
        self.paths.append(ROOT)
        return opened.value
