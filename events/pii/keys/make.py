"""Keys made because somebody asks for them: of those who have API keys, of one tenant, or of one yet to come."""

import re

from events.models import ApiKey, DataKey, OutboxEntry
from events.pii.keys.background import known_tenants
from events.pii.keys.errors import NoSuchTenantError
from events.pii.keys.rows import ensure_keys

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
FORM = "64 characters at most: letters, digits, dots, underscores and hyphens after a letter or digit"


def make(tenant: str = "", *, new: bool = False) -> dict[str, int]:
    """How many keys were made, by tenant. Raises KekError.

    Of a tenant that nobody has heard of, NoSuchTenantError: only if it is `new`, and its name has a tenant's form.
    """
    if tenant and not _known(tenant):
        if not new:
            raise NoSuchTenantError(f"{tenant!r} has no API key and no event")
        if not NAME.fullmatch(tenant):
            raise NoSuchTenantError(f"{tenant!r} cannot be a new tenant's name: {FORM}")
    return {name: ensure_keys(name) for name in ([tenant] if tenant else known_tenants())}


def _known(tenant: str) -> bool:
    if tenant in known_tenants():
        return True
    # The last one reads all of the table if there is none.
    return any(rows.objects.filter(tenant=tenant).exists() for rows in (DataKey, ApiKey, OutboxEntry))
