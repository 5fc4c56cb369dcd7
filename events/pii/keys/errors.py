"""Why there is no key. Texts name tenants' keys and key-encryption keys, never what they are."""


class KeysUnavailableError(Exception):
    """A tenant's keys are not at hand: nothing may be stored. They are fetched in the background; try again soon."""

    def __init__(self, tenant: str, reason: str) -> None:
        self.tenant = tenant
        self.reason = reason
        super().__init__(f"the keys for personal data are not available: {reason}")


class KekError(Exception):
    """The key-encryption key did not wrap or unwrap a key."""


class KekMissingError(KekError):
    """No such key-encryption key is configured, or it is not one."""


class KekRefusedError(KekError):
    """It is not the one that wrapped this key, or the wrapped key was changed or belongs to another tenant."""


class KekUnreachableError(KekError):
    """The service that has the key-encryption key does not answer, or does not let us use it."""


class KeyInUseError(Exception):
    """A key cannot be retired: it encrypts what comes in, or stored events still have tokens of it."""


class NoSuchTenantError(Exception):
    """No such tenant is known, or there cannot be one."""


class NoSuchKeyError(Exception):
    """The tenant has no such key."""
