"""Values that makers of payment systems and standards have published for tests: nobody's personal data.

They are found like any other, unless a policy says that they stay.
"""

import re
from collections.abc import Callable, Mapping

from events.pii.detection.kinds import Kind

_CARD_NUMBERS = """
4111111111111111 4242424242424242 4012888888881881 4000056655665556 4005519200000004 4009348888881881
4012000033330026 4012000077777777 4217651111111119 4500600000000061 4222222222222 4000000000000002
4000000000009995 4000002500003155 4000000000003220 5555555555554444 5105105105105100 5200828282828210
5454545454545454 2223003122003222 2223000048400011 2223016768739313 378282246310005 371449635398431
378734493671000 343434343434343 6011111111111117 6011000990139424 6011000991300009 30569309025904
38520000023237 3530111333300000 3566002020360505 6200000000000005 6759649826438453 6799990100000000019
5019717010103742
"""
_CARDS = frozenset(_CARD_NUMBERS.split())
# One was printed for show in wallets, one in a pamphlet; the others are of advertisements and of examples everywhere.
_SSNS = frozenset({"078051120", "219099999", "987654320", "123456789"})
_IBANS = frozenset(
    {"GB82WEST12345698765432", "DE89370400440532013000", "GB33BUKB20201555555555", "FR1420041010050500013M02606"}
)
# RFC 2606 and RFC 6761: domains that nobody has.
_DOMAIN = re.compile(
    r"@(?:[^@\s]+\.)?(?:example\.(?:com|net|org|edu)|[^@\s.]+\.(?:test|example|invalid)|(?:test|example|invalid))\Z"
)
# RFC 5737, RFC 3849, RFC 7042, and the loopback.
_IPV4 = re.compile(r"(?:192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0)\.[0-9]{1,3}")
_IPV6 = re.compile(r"(?:2001:0?db8:.*|::1)", re.IGNORECASE)
# 555-0100 to 555-0199 of any area, kept for fiction.
_PHONE = re.compile(r"1?[2-9][0-9]{2}55501[0-9]{2}")
_AWS_KEYS = frozenset({"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"})
_SEPARATORS = re.compile(r"[^0-9A-Za-z]+")


def is_test_value(kind: Kind, text: str) -> bool:
    """Whether this is known to be for tests, in whatever way it is grouped. Never of a kind that has no such values."""
    judge = _JUDGES.get(kind)
    return judge is not None and judge(text.strip())


def _among(values: frozenset[str]) -> Callable[[str], bool]:
    return lambda text: _SEPARATORS.sub("", text).upper() in values


_JUDGES: Mapping[Kind, Callable[[str], bool]] = {
    Kind.CREDIT_CARD: _among(_CARDS),
    Kind.US_SSN: _among(_SSNS),
    Kind.IBAN: _among(_IBANS),
    Kind.EMAIL: lambda text: _DOMAIN.search(text.lower()) is not None,
    Kind.IPV4: lambda text: _IPV4.fullmatch(text) is not None,
    Kind.IPV6: lambda text: _IPV6.fullmatch(text) is not None,
    Kind.PHONE: lambda text: _PHONE.fullmatch(_SEPARATORS.sub("", text)) is not None,
    Kind.AWS_ACCESS_KEY: lambda text: text in _AWS_KEYS,
    Kind.AWS_SECRET_KEY: lambda text: text in _AWS_KEYS,
}
