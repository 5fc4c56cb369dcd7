"""Tokens and pseudonyms: what stands in the place of personal data. Pure; docs/operations.md documents both forms."""

from events.pii.tokens.errors import KeyMissingError, NotAuthenticError, TokenError
from events.pii.tokens.keys import SecretKey, TenantKeys
from events.pii.tokens.pseudonym import PSEUDONYM, is_pseudonym, pseudonym
from events.pii.tokens.token import TOKEN, EventIdentity, Form, Opener, Sealer, decrypt, encrypt, token_length

__all__ = [
    "PSEUDONYM",
    "TOKEN",
    "EventIdentity",
    "Form",
    "KeyMissingError",
    "NotAuthenticError",
    "Opener",
    "Sealer",
    "SecretKey",
    "TenantKeys",
    "TokenError",
    "decrypt",
    "encrypt",
    "is_pseudonym",
    "pseudonym",
    "token_length",
]
