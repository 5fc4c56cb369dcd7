"""What a key-encryption key does."""

from typing import NamedTuple, Protocol


class KeyContext(NamedTuple):
    """Which data key it is; a wrapped key cannot be unwrapped as another."""

    tenant: str
    purpose: str
    version: int
    key_id: str

    def as_strings(self) -> dict[str, str]:
        return {name: str(value) for name, value in self._asdict().items()}


class Wrapped(NamedTuple):
    """A wrapped data key and the id of the key-encryption key that can unwrap it."""

    key: bytes
    kek: str


class KeyEncryptionKey(Protocol):
    """Wraps and unwraps data keys of 32 bytes. Both raise KekError."""

    local: bool
    """Whether it answers without a call over the network, so that ingest may ask it."""

    def wrap(self, key: bytes, context: KeyContext) -> Wrapped: ...

    def unwrap(self, wrapped: Wrapped, context: KeyContext) -> bytes: ...
