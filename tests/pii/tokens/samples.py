"""Keys and events for tests of tokens."""

from events.pii.tokens import EventIdentity, SecretKey, TenantKeys

EVENT = EventIdentity("shop", "com.example.created", "/oms/main", "1")
PATH = "/data/email"


def key(number: int = 1) -> SecretKey:
    return SecretKey(f"key{'abcdefghij'[number]}aaaa", bytes([number]) * 32)


def tenant_keys(tenant: str = "shop", current: int = 1, older: tuple[int, ...] = (), pseudonyms: int = 9) -> TenantKeys:
    readable = {each.id: each for each in map(key, (current, *older))}
    return TenantKeys(tenant, key(current), key(pseudonyms), readable)
