"""Sentences with personal data in them, made from templates and the formats that fake-data generators write.

Which spans are personal is known from the making. Everything is drawn from a seed; no number belongs to anyone.
"""

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.pii_templates import TEMPLATES
from events.pii.detection import Kind
from events.pii.detection.forms.checksums import luhn

NAMES = ("Mia Larsen", "Tom Becker", "Ana Souza", "Li Wei", "Olu Adeyemi", "Nora Quinn", "Raj Patel", "Eva Novak")
CITIES = ("Springfield", "Leeds", "Hamburg", "Lyon", "Perth", "Utrecht", "Gdansk", "Porto")
STREETS = ("Oak Street", "High Road", "Lindenweg", "Rue du Lac", "Harbour Parade", "Stationsplein")


@dataclass(frozen=True)
class Sentence:
    """A text and what of it is personal: kind, start, end."""

    text: str
    spans: tuple[tuple[Kind, int, int], ...]


# Issuer, prefixes and lengths.
CARDS = (
    ("amex", ("34", "37"), (15,)),
    ("diners", ("300", "305", "36", "38"), (14, 16)),
    ("discover", ("6011", "65"), (16,)),
    ("jcb15", ("2131", "1800"), (15,)),
    ("jcb16", ("35",), (16,)),
    (
        "maestro",
        ("5018", "5020", "5038", "56", "57", "58", "6304", "6759", "6761", "6762", "6763", "0604"),
        (12, 16, 19),
    ),
    ("mastercard", ("51", "53", "55", "2221", "23", "26", "2720"), (16,)),
    ("visa", ("4",), (13, 16, 19)),
    ("unionpay", ("62",), (16, 19)),
)
# `#` is any digit, `%` any but 0.
PHONES = {
    "US": (
        "(###) ###-####", "(###)###-####", "###-###-####", "###.###.####", "###-###-####x###", "(###)###-####x####",
        "###.###.####x#####", "+1-###-###-####", "001-###-###-####", "+1-###-###-####x####", "001-###-###-####x###",
        "1-###-###-####", "##########", "+1 (%##) %##-####",
    ),
    "GB": ("0117 496 0###", "(0151) 496 0###", "+44 20 7946 0###", "+44(0)306 999 0###",
        "07700 900 ###", "077 #### ####"),
    "DE": ("030 ## ## ## ##", "0%### ## ## ##", "+49 (0)%### ######", "0%## / ######",
        "0%##-#######", "+49%##########"),
    "FR": ("0% ## ## ## ##", "0%.##.##.##.##", "+33 (0)% ## ## ## ##", "+33 % ## ## ## ##"),
    "AU": ("(0%) #### ####", "04## ### ###", "+61 % #### ####", "0%-####-####"),
    "IT": ("0%## #######", "+39 0% ########"),
    "NL": ("06-########", "0%#-#######", "+31 (0)% ########"),
    "BR": ("(%#) ####-####", "+55 (0%#) ####-####"),
    "SE": ("08-### ## ##", "0%##-#######"),
    "CH": ("0%# ### ## ##", "+41 %# ### ## ##"),
    "NO": ("### ## ###", "+47 ## ## ## ##"),
    "DK": ("##-##-##-##",),
    "PL": ("%# ### ## ##",),
    "BE": ("04## ## ## ##",),
}  # fmt: skip
IBANS = {"DE": 18, "GB": None, "FR": 23, "NL": None, "ES": 20, "CH": 17, "AT": 16, "BE": 12}


ORDERS = ("%#######", "ORD-######", "%##-#######-#######", "%#########")


class Maker:
    """Draws values by the name of a slot; a slot of a kind is personal, others are not."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self.kinds: dict[str, tuple[Kind, Callable[[], str]]] = {
            "card": (Kind.CREDIT_CARD, self.card),
            "phone": (Kind.PHONE, self.phone),
            "email": (Kind.EMAIL, self.email),
            "ssn": (Kind.US_SSN, self.ssn),
            "iban": (Kind.IBAN, self.iban),
            "ip": (Kind.IPV4, self.ip),
            "ip6": (Kind.IPV6, self.ip6),
            "mac": (Kind.MAC, lambda: ":".join(f"{self._draw.randrange(256):02x}" for _ in range(6))),
        }
        self.others: dict[str, Callable[[], str]] = {
            "name": lambda: self._draw.choice(NAMES),
            "city": lambda: self._draw.choice(CITIES),
            "address": lambda: self.filled("%##") + f" {self._draw.choice(STREETS)}, Apt {self._draw.randrange(99)}",
            "zip": lambda: self.filled(self._draw.choice(("#####", "#####-####", "#####-###"))),
            "date": self.date,
            "order": lambda: self.filled(self._draw.choice(ORDERS)),
            "amount": lambda: self.filled(self._draw.choice(("$%##.##", "%,###.##", "%#,###,###", "%## ### EUR"))),
            "uuid": self.uuid,
            "hash": lambda: f"{self._draw.getrandbits(160):040x}",
            "isbn": lambda: self.filled("978-3-16-######-#"),
            "version": lambda: self.filled(self._draw.choice(("v%.#.##", "%.##.#-rc#", "version %.#.#.#"))),
            "millis": lambda: str(1_600_000_000_000 + self._draw.randrange(10**11)),
            "time": lambda: self.filled("2026-0%-1#T10:4#:0#Z"),
            "coordinates": lambda: self.filled("%#.######, %.######"),
            "account": lambda: self.filled("US%######"),
            "flight": lambda: self.filled("LH%###"),
        }  # fmt: skip

    def filled(self, pattern: str) -> str:
        signs = {"#": string.digits, "%": string.digits[1:]}
        return "".join(self._draw.choice(signs[sign]) if sign in signs else sign for sign in pattern)

    def card(self) -> str:
        _, prefixes, lengths = self._draw.choice(CARDS)
        prefix, length = self._draw.choice(prefixes), self._draw.choice(lengths)
        number = prefix + self.filled("#" * (length - len(prefix) - 1))
        digits = next(number + digit for digit in string.digits if luhn((number + digit).encode()))
        separator = self._draw.choice(("", "", "", " ", "-"))
        return separator.join(digits[place : place + 4] for place in range(0, length, 4))

    def phone(self) -> str:
        country = self._draw.choice(("US", "US", *PHONES))
        return self.filled(self._draw.choice(PHONES[country]))

    def email(self) -> str:
        first, last = self._draw.choice(NAMES).lower().split()
        host = self._draw.choice(("example.com", "mail.example.org", "shop-24.co.uk", "acme.io", "web.de"))
        return (
            self._draw.choice((f"{first}.{last}", f"{first[0]}{last}42", f"{last}+news", f"{first}_{last}"))
            + f"@{host}"
        )

    def ssn(self) -> str:
        area, group, serial = (self._draw.randrange(1, end) for end in (666, 100, 10_000))
        return f"{area:03d}-{group:02d}-{serial:04d}"

    def iban(self) -> str:
        country, count = self._draw.choice(sorted(IBANS.items()))
        bank = "".join(self._draw.choices(string.ascii_uppercase, k=4))
        body = self.filled("#" * count) if count else bank + self.filled("#" * (14 if country == "GB" else 10))
        check = 98 - int("".join(str(int(sign, 36)) for sign in f"{body}{country}00")) % 97
        text = f"{country}{check:02d}{body}"
        apart = " ".join(text[place : place + 4] for place in range(0, len(text), 4))
        return self._draw.choice((text, apart))

    def ip(self) -> str:
        return ".".join(str(self._draw.randrange(256)) for _ in range(4))

    def ip6(self) -> str:
        groups = [f"{self._draw.getrandbits(16):x}" for _ in range(8)]
        return self._draw.choice((":".join(groups), f"2001:db8::{groups[0]}:{self._draw.randrange(99)}"))

    def date(self) -> str:
        year, month, day = self._draw.randrange(1950, 2027), self._draw.randrange(1, 13), self._draw.randrange(1, 29)
        forms = (f"{year}-{month:02d}-{day:02d}", f"{month:02d}/{day:02d}/{year}", f"{day}.{month}.{year}")
        return self._draw.choice(forms)

    def uuid(self) -> str:
        bits = f"{self._draw.getrandbits(128):032x}"
        return "-".join((bits[:8], bits[8:12], bits[12:16], bits[16:20], bits[20:]))

    def sentence(self, template: str) -> Sentence:
        """Fill the slots of a template, `{kind}` or `{other}`."""
        text, spans = "", []
        for place, part in enumerate(template.replace("}", "{").split("{")):
            if place % 2 == 0:
                text += part
            elif part in self.kinds:
                kind, make = self.kinds[part]
                value = make()
                spans.append((kind, len(text), len(text) + len(value)))
                text += value
            else:
                text += self.others[part]()
        return Sentence(text, tuple(spans))


def sentences(count: int, seed: int) -> Iterator[Sentence]:
    """Templates in turn, so that each has as many sentences."""
    maker = Maker(seed)
    return (maker.sentence(TEMPLATES[number % len(TEMPLATES)]) for number in range(count))
