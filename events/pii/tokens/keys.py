"""A tenant's keys, unwrapped. Their bytes are in no repr."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SecretKey:
    """256 random bits and the name that tokens carry: 8 characters of a-z and 2-7, unique in an installation."""

    id: str
    material: bytes = field(repr=False)

    # Half of the work of an HMAC is taking in its key.
    _keyed: hmac.HMAC = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.material) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        object.__setattr__(self, "_keyed", hmac.new(self.material, digestmod="sha256"))

    def code(self, message: bytes) -> bytes:
        """HMAC-SHA256."""
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed.digest()


@dataclass(frozen=True, slots=True)
class TenantKeys:
    """What a tenant's events are protected and read by.

    `current` encrypts; `readable` are the keys whose tokens can be opened, by id, `current` among them; `pseudonyms` is
    never rotated, so that equal values stay equal.
    """

    tenant: str
    current: SecretKey
    pseudonyms: SecretKey
    readable: Mapping[str, SecretKey] = field(repr=False)
