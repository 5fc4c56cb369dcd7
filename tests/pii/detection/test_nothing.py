"""H32: what is not personal, in numbers enough to meet the rare cases."""

import random
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from uuid import UUID

import pytest

from events.pii.detection.forms.checksums import gtin
from tests.pii.detection.found import in_data

DRAW = random.Random(32)
COUNT = 1000


def digits(count: int) -> str:
    return str(DRAW.randrange(10 ** (count - 1), 10**count))


def article(count: int, first: str = "") -> str:
    number = first + digits(count - 1 - len(first))
    return next(number + check for check in "0123456789" if gtin(f"{number}{check}".encode()))


def isbn(written: str) -> str:
    return f"{written[:3]}-{written[3]}-{written[4:6]}-{written[6:12]}-{written[12]}"


def moment() -> str:
    return (
        f"2026-{DRAW.randrange(1, 13):02}-{DRAW.randrange(1, 29):02}T{DRAW.randrange(24):02}:{DRAW.randrange(60):02}:09"
    )


MADE: dict[str, Callable[[], object]] = {
    "uuid": lambda: str(UUID(int=DRAW.getrandbits(128), version=4)),
    "uuid in a path": lambda: f"/api/v1/things/{UUID(int=DRAW.getrandbits(128), version=4)}/parts",
    "milliseconds": lambda: DRAW.randrange(1_500_000_000_000, 1_900_000_000_000),
    "microseconds": lambda: DRAW.randrange(15 * 10**14, 19 * 10**14),
    "nanoseconds": lambda: str(DRAW.randrange(15 * 10**17, 19 * 10**17)),
    "git hash": lambda: f"{DRAW.getrandbits(160):040x}",
    "digest": lambda: f"sha256:{DRAW.getrandbits(256):064x}",
    "trace": lambda: f"00-{DRAW.getrandbits(128):032x}-{DRAW.getrandbits(64):016x}-01",
    "isbn": lambda: isbn(article(13, "978")),
    "ean": lambda: article(13),
    "german ean": lambda: int(article(13, "4")),
    "upc": lambda: article(12),
    "order": lambda: f"ORD-{digits(8)}",
    "order of ten": lambda: f"Order {digits(10)} of 3 items was shipped",
    "order in groups": lambda: f"{digits(3)}-{digits(7)}-{digits(7)}",
    "number of nine": lambda: digits(9),
    "number of ten": lambda: DRAW.randrange(10**9, 10**10),
    "order in parts": lambda: f"order_{digits(6)}-{digits(4)}",
    "snowflake behind a prefix": lambda: f"msg_{DRAW.randrange(10**18, 2 * 10**18)}",
    "uuid behind a prefix": lambda: f"payment-{UUID(int=DRAW.getrandbits(128), version=4)}",
    "ulid": lambda: f"card_{''.join(DRAW.choices('0123456789ABCDEFGHJKMNPQRSTVWXYZ', k=26))}",
    "release behind a name": lambda: f"app-{'.'.join(str(DRAW.randrange(30)) for _ in range(4))}.jar",
    "url-safe bytes": lambda: urlsafe_b64encode(DRAW.randbytes(32)).decode(),
    "trace state": lambda: f"vendor={DRAW.getrandbits(64):x}-{DRAW.getrandbits(32):x}",
    "version": lambda: f"v{DRAW.randrange(30)}.{DRAW.randrange(30)}.{DRAW.randrange(30)}.{DRAW.randrange(30)}",
    "price": lambda: f"{DRAW.random() * 10**9:,.2f}",
    "price with spaces": lambda: f"{DRAW.random() * 10**9:,.2f} EUR".replace(",", " "),
    "coordinates": lambda: f"{DRAW.uniform(-90, 90):.6f}, {DRAW.uniform(-180, 180):.6f}",
    "fraction": lambda: DRAW.random() * 1000,
    "moment": lambda: f"{moment()}.123456Z",
    "compact moment": lambda: moment().translate({ord(sign): None for sign in "-:T"}),
    "random bytes": lambda: b64encode(DRAW.randbytes(32)).decode(),
    "name": lambda: "".join(DRAW.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", k=21)),
}


@pytest.mark.parametrize("what", MADE)
def test_h32_it_finds_nothing_in_what_is_not_personal(what: str) -> None:
    make = MADE[what]

    values = [make() for _ in range(COUNT)]

    assert in_data(values) == []


NOT_PERSONAL = [
    "The book ISBN is 978-3-16-148410-0",
    "Build id 0x7f00ff00 is not an IP address",
    "Order 12345ABC ships tomorrow",
    "Release v2026.2.9 fixed the issue",
    "Numbers 111222333444 are identifiers",
    "Sequence 1234 5678 90 is not a card",
    "const EMAIL_PATTERN = /[a-z]+@[a-z]+/;",
    "Host mailserver.local accepted message",
    "See [RFC 1918](https://example.com/rfc1918)",
    "https://example.com/@user/profile is a URL path",
    "User [EMAIL_1] already masked",
    "nginx-1.25.3.1 and pkg_1.2.3.4 and lib-1.2.3.4-SNAPSHOT and host-1.2.3.4.tar",
    "order_4222222222225 and sku-4222222222222",
    "1234-123-45-6789 and 512-68-4713-A",
    "50% off & more; a%20b &amp; c",
    "Iñtërnâtiônàlizætiøn, 你好, привет, مرحبا",
    "",
    " ",
    "{not json",
    "passport office, bank account, password policy, call me, date of birth",
]


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_it_finds_nothing_in_other_texts(text: str) -> None:
    assert in_data({"text": text}) == []
