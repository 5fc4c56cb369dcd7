"""Tokens: a value encrypted with AES-256-GCM, bound to its tenant, event and place.

    pii.v1.<key id>.<base64url of nonce, ciphertext and tag>~

The closing tilde tells where a token ends when text follows it. Each event has a key of its own, derived from the
tenant's, so that random nonces are never used up: a tenant's key serves for any number of events.
"""

import os
import re
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from typing import Literal, NamedTuple, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.pii.tokens.errors import KeyMissingError, NotAuthenticError
from events.pii.tokens.keys import SecretKey, TenantKeys

PREFIX = "pii.v1."
END = "~"
NONCE_BYTES = 12
TAG_BYTES = 16
NONCES = 4
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
FRAME = len(PREFIX) + 8 + len(".") + len(END)

TOKEN = re.compile(r"pii\.v1\.([a-z2-7]{8})\.([A-Za-z0-9_-]{39,})~")

Form: TypeAlias = Literal["text", "number", "bytes"]
"""What a value was before: part of a string, a JSON number, or bytes."""
_MARKS: dict[Form, bytes] = {"text": b"t", "number": b"n", "bytes": b"b"}
_FORMS: dict[bytes, Form] = {mark: form for form, mark in _MARKS.items()}


class EventIdentity(NamedTuple):
    """The event that a token belongs to, by its attributes as they are stored."""

    tenant: str
    type: str
    source: str
    id: str

    def binding(self) -> bytes:
        """All of them as bytes that no other event has: each with its length before it."""
        tenant, event_type, source, event_id = [part.encode() for part in self]
        return b"pii.v1%d:%b%d:%b%d:%b%d:%b" % (
            len(tenant),
            tenant,
            len(event_type),
            event_type,
            len(source),
            source,
            len(event_id),
            event_id,
        )


class Opened(NamedTuple):
    value: bytes
    form: Form


class Sealer:
    """Makes the tokens of one event."""

    __slots__ = ("_begins", "_binding", "_cipher", "_entropy")

    def __init__(self, key: SecretKey, event: EventIdentity) -> None:
        self._begins = f"{PREFIX}{key.id}."
        self._entropy = b""
        self._binding = event.binding()
        self._cipher = _cipher(key, self._binding)

    def seal(self, path: str, value: bytes, form: Form = "text") -> str:
        """The token for what stands at `path`, a JSON Pointer into the event as it is stored."""
        # Asking the kernel for each nonce would take as long as encrypting.
        entropy = self._entropy or os.urandom(NONCE_BYTES * NONCES)
        nonce, self._entropy = entropy[:NONCE_BYTES], entropy[NONCE_BYTES:]
        sealed = self._cipher.encrypt(nonce, _MARKS[form] + value, self._binding + path.encode())
        return f"{self._begins}{_encoded(nonce + sealed)}{END}"


class Opener:
    """Opens the tokens of one event."""

    def __init__(self, keys: TenantKeys, event: EventIdentity) -> None:
        if event.tenant != keys.tenant:
            raise ValueError("the keys are another tenant's")
        self._keys = keys
        self._binding = event.binding()
        self._ciphers: dict[str, AESGCM] = {}

    def open(self, token: str, path: str) -> Opened:
        """The value that stood at `path`. Raises KeyMissingError, NotAuthenticError."""
        match = TOKEN.fullmatch(token)
        if match is None:
            raise NotAuthenticError
        cipher = self._cipher(match[1])
        try:
            # One spelling for each token: spare bits in the last character would be a second one.
            sealed = _decoded(match[2])
            plain = cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._binding + path.encode())
            return Opened(plain[1:], _FORMS[plain[:1]])
        except (InvalidTag, ValueError, KeyError):
            raise NotAuthenticError from None

    def _cipher(self, key_id: str) -> AESGCM:
        if key_id not in self._ciphers:
            key = self._keys.readable.get(key_id)
            if key is None:
                raise KeyMissingError(key_id)
            self._ciphers[key_id] = _cipher(key, self._binding)
        return self._ciphers[key_id]


def encrypt(value: str, keys: TenantKeys, event: EventIdentity, path: str) -> str:
    """A token for a text at a place of an event."""
    if event.tenant != keys.tenant:
        raise ValueError("the keys are another tenant's")
    return Sealer(keys.current, event).seal(path, value.encode())


def decrypt(token: str, keys: TenantKeys, event: EventIdentity, path: str) -> str:
    """The text that a token stands for. Raises TokenError."""
    return Opener(keys, event).open(token, path).value.decode()


def token_length(size: int) -> int:
    """How many characters the token for a value of `size` bytes of UTF-8 has."""
    return FRAME + -(-4 * (NONCE_BYTES + 1 + size + TAG_BYTES) // 3)


def _cipher(key: SecretKey, binding: bytes) -> AESGCM:
    return AESGCM(key.code(b"event key\0" + binding))


def _encoded(sealed: bytes) -> str:
    return b2a_base64(sealed, newline=False).translate(_URL_SAFE, b"=").decode()


def _decoded(text: str) -> bytes:
    sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if _encoded(sealed) != text:
        raise ValueError
    return sealed
