"""Pseudonyms: equal for equal values of a kind within a tenant, and nothing to anybody without the tenant's key.

`anon_<kind>_<20 characters>`; an e-mail keeps its domain: `anon_<20 characters>@example.com`. The 20 are 100 bits of
an HMAC-SHA256, in base32: among ten thousand million values two are alike with a chance of 1 in 10^10.
"""

import re
from base64 import b32encode

from events.pii.tokens.keys import SecretKey
from events.pii.tokens.normalise import normalise

LENGTH = 20

PSEUDONYM = re.compile(rf"anon_(?:[a-z0-9_]+_)?[a-z2-7]{{{LENGTH}}}(?:@[^\s@]+)?")
_DOMAIN = re.compile(r"[^\s@]+@([^\s@\"'<>()\\/]+)")


def pseudonym(value: str, kind: str, key: SecretKey, *, exact: bool = False) -> str:
    """What stands for a value of a kind, for ever and everywhere in the tenant whose key it is.

    `exact`: of other spellings of the value it is another one.
    """
    plain = value if exact else normalise(value, kind)
    if kind == "email" and (address := _DOMAIN.fullmatch(plain)):
        return f"anon_{_code(plain, kind, key)}@{address[1]}"
    return f"anon_{kind}_{_code(plain, kind, key)}"


def bare_pseudonym(value: str, kind: str, key: SecretKey) -> str:
    """The same of letters and digits only, for what may hold nothing else."""
    return f"anon{kind.replace('_', '')}{_code(normalise(value, kind), kind, key)}"


def is_pseudonym(text: str) -> bool:
    return PSEUDONYM.fullmatch(text) is not None


def _code(plain: str, kind: str, key: SecretKey) -> str:
    digest = key.code(f"{kind}\0{plain}".encode(errors="surrogatepass"))
    return b32encode(digest[:15])[:LENGTH].decode().lower()
