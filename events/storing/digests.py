"""Digests of what was handed in, by which a repeat is told from a conflict."""

import hashlib
from dataclasses import dataclass

import orjson

from events.envelope import CloudEvent, Extension
from events.pii.keys.errors import KeysUnavailableError
from events.pii.keys.ring import keys_for
from events.schemas.admission.decision import Admitted


@dataclass(frozen=True, slots=True)
class Digests:
    """For the events of a tenant; `number` is that of the registry by which they were decided about.

    What a policy has taken out of an event cannot be found out by trying: that digest is a keyed one.
    """

    tenant: str
    using: str
    number: int = 0

    def of(self, event: CloudEvent, admitted: Admitted, extensions: str) -> bytes:
        """Of an event as it was given; `extensions` is the text of those that it was admitted with."""
        as_given = extensions if admitted.event is event else extensions_text(event)
        return fingerprint(event, self._key() if admitted.protected else b"", as_given)

    def fits(self, stored: bytes, event: CloudEvent, known: bytes | None = None) -> bool:
        """Whether an entry's digest is that of this event. The policies may have changed since it was stored."""
        if stored in (known, fingerprint(event)):
            return True
        try:
            return stored == fingerprint(event, self._key())
        except KeysUnavailableError:
            return False

    def _key(self) -> bytes:
        return keys_for(self.tenant, using=self.using, number=self.number or None).pseudonyms.material


def fingerprint(event: CloudEvent, key: bytes = b"", extensions: str | None = None) -> bytes:
    """Of everything but the identity; `extensions` is their text where it is known.

    No attribute is empty or holds U+0000, so no two events look alike.
    """
    data = event.data
    attributes = (
        event.type,
        event.subject or "",
        event.time or "",
        event.datacontenttype or "",
        event.dataschema or "",
        extensions_text(event) if extensions is None else extensions,
        "none" if data is None else "text" if isinstance(data, str) else "binary",
        "",
    )
    digest = hashlib.blake2b("\0".join(attributes).encode(), digest_size=16, key=key)
    if data is not None:
        digest.update(data.encode() if isinstance(data, str) else data)
    return digest.digest()


def extensions_text(event: CloudEvent) -> str:
    """The extension attributes as a JSON object, by name."""
    if not event.extensions:
        return "{}"
    members: dict[str, Extension] = dict(event.extensions)
    return orjson.dumps(members, option=orjson.OPT_SORT_KEYS).decode()
