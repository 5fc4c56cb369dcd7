"""Key-encryption keys that this process has: AES-256-GCM, bound to which data key it is."""

import base64
import binascii
import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.pii.keys.errors import KekMissingError, KekRefusedError
from events.pii.keys.kek.port import KeyContext, Wrapped

SCHEME = "local"
KEK_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class LocalKeys:
    """The first one wraps; the others, its predecessors, unwrap what they have wrapped."""

    keys: Sequence[bytes] = field(repr=False)
    local = True

    def wrap(self, key: bytes, context: KeyContext) -> Wrapped:
        if not self.keys:
            raise KekMissingError("no key-encryption key is configured: set PII_KEK")
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.keys[0]).encrypt(nonce, key, _bound_to(context))
        return Wrapped(nonce + sealed, name_of(self.keys[0]))

    def unwrap(self, wrapped: Wrapped, context: KeyContext) -> bytes:
        for candidate in self.keys:
            if name_of(candidate) == wrapped.kek:
                return _unwrapped(candidate, wrapped.key, context)
        raise KekMissingError(f"the key-encryption key {wrapped.kek} is not configured")


def parse_keys(text: str) -> LocalKeys:
    """Base64 of 32 bytes each, with commas or white space between, the newest first. Raises KekMissingError."""
    return LocalKeys(tuple(_parsed(part) for part in re.split(r"[\s,]+", text.strip()) if part))


def name_of(key: bytes) -> str:
    """What may be told of it: 48 bits of a digest, from which nobody gets back to 256 random bits."""
    return f"{SCHEME}:{hashlib.sha256(b'key-encryption key' + key).hexdigest()[:12]}"


def _parsed(text: str) -> bytes:
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEK_BYTES:
        # Not even its length: it is what somebody meant to be the key.
        raise KekMissingError(f"a key-encryption key is base64 of {KEK_BYTES} random bytes, and this is not")
    return key


def _unwrapped(kek: bytes, sealed: bytes, context: KeyContext) -> bytes:
    try:
        return AESGCM(kek).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound_to(context))
    except (InvalidTag, ValueError):
        raise KekRefusedError(f"the wrapped key {context.key_id} was changed, or is another tenant's") from None


def _bound_to(context: KeyContext) -> bytes:
    return json.dumps(["data key", *context]).encode()
