"""What stands in the place of something personal."""

from collections.abc import Callable

from events.pii.policies.action import Action
from events.pii.tokens import TOKEN, EventIdentity, Form, Sealer, TenantKeys, is_pseudonym, pseudonym
from events.pii.tokens.pseudonym import bare_pseudonym

REDACTED = "[redacted]"
EXACT = frozenset({"/id", "/source"})
"""What tells events apart, letter by letter: two spellings of a value there are two events."""

_BEGINNINGS = ("pii.v1.", "anon_")


class Replacer:
    """Replaces what is found in one event. Keys are asked for when the first thing needs one."""

    __slots__ = ("_event", "_keys", "_known", "_sealer", "_tenant")

    def __init__(self, keys: Callable[[], TenantKeys], tenant: str) -> None:
        self._keys = keys
        self._tenant = tenant
        self._known: TenantKeys | None = None
        self._event: EventIdentity | None = None
        self._sealer: Sealer | None = None

    def bind(self, event_type: str, source: str, event_id: str) -> None:
        """Say which event tokens are for, by its attributes as they are stored."""
        self._event = EventIdentity(self._tenant, event_type, source, event_id)

    def replaced(self, value: str, kind: str, action: Action, path: str, form: Form = "text") -> str:
        """`path` is that of the place in the event as it is stored."""
        if action is Action.REDACT:
            return REDACTED
        if is_protected(value):
            return value
        if action is Action.ANONYMIZE:
            return self.pseudonym(value, kind, exact=path in EXACT)
        assert action is Action.ENCRYPT, action
        return self._seal(path, value.encode(), form)

    def pseudonym(self, value: str, kind: str, *, exact: bool) -> str:
        return pseudonym(value, kind, self._tenant_keys().pseudonyms, exact=exact)

    def bare_pseudonym(self, value: str, kind: str) -> str:
        return bare_pseudonym(value, kind, self._tenant_keys().pseudonyms)

    def sealed_bytes(self, path: str, value: bytes) -> str:
        return self._seal(path, value, "bytes")

    def _seal(self, path: str, value: bytes, form: Form) -> str:
        sealer = self._sealer
        if sealer is None:
            assert self._event is not None
            sealer = self._sealer = Sealer(self._tenant_keys().current, self._event)
        return sealer.seal(path, value, form)

    def _tenant_keys(self) -> TenantKeys:
        if self._known is None:
            self._known = self._keys()
            if self._known.tenant != self._tenant:
                raise ValueError("the keys are another tenant's")
        return self._known


def is_protected(value: str) -> bool:
    """Whether it is a token or a pseudonym already: an event that comes in again is not wrapped again."""
    if not value.startswith(_BEGINNINGS):
        return False
    return TOKEN.fullmatch(value) is not None or is_pseudonym(value)
