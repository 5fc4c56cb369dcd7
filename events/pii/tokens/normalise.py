"""When two spellings are the same value: what a pseudonym is made of."""

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Mapping

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]+")
_NOT_PHONE = re.compile(r"[^0-9+]+")
_SPACES = re.compile(r"\s+")


def normalise(value: str, kind: str) -> str:
    """Without what is only spelling: width, invisible characters, and the separators and case of the kind."""
    plain = value if value.isascii() else _visible(value)
    return _BY_KIND.get(kind, _text)(plain)


def _visible(value: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", value) if unicodedata.category(c) != "Cf")


def _text(value: str) -> str:
    return _SPACES.sub(" ", value).strip()


def _email(value: str) -> str:
    # The part before the @ may tell case apart by the letter of the standard; no mail system of today does.
    return value.strip().lower()


def _alphanumeric(value: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", value).upper()


def _phone(value: str) -> str:
    return _NOT_PHONE.sub("", value)


def _address(value: str) -> str:
    try:
        return ipaddress.ip_address(value.strip().strip("[]")).compressed
    except ValueError:
        return value.strip().lower()


_BY_KIND: Mapping[str, Callable[[str], str]] = {
    "email": _email,
    "phone": _phone,
    "credit_card": _alphanumeric,
    "us_ssn": _alphanumeric,
    "iban": _alphanumeric,
    "mac": _alphanumeric,
    "passport": _alphanumeric,
    "bank_account": _alphanumeric,
    "ipv4": _address,
    "ipv6": _address,
}
