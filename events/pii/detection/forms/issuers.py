"""Which lengths of card number each issuer's ranges have, by the first four digits."""

_LONG = "16-19"
# Prefix or range of prefixes, and lengths. Where ranges of several issuers meet, all their lengths count.
_RANGES = (
    ("4", "13 16 19"),  # Visa, Visa Electron, Elo and Dankort on Visa's ranges
    ("51-55", "16"),  # Mastercard
    ("2221-2720", "16"),  # Mastercard, since 2017
    ("34", "15"),  # American Express
    ("37", "15"),
    ("300-305", "14 16-19"),  # Diners Club
    ("3095", "14 16-19"),
    ("36", "14-19"),
    ("38-39", "14 16-19"),
    ("6011", _LONG),  # Discover
    ("644-649", _LONG),
    ("65", _LONG),
    ("62", _LONG),  # UnionPay
    ("8100-8171", _LONG),
    ("35", _LONG),  # JCB
    ("2131", "15"),
    ("1800", "15"),
    ("5018", "12-19"),  # Maestro
    ("5020", "12-19"),
    ("5038", "12-19"),
    ("5893", "12-19"),
    ("0604", "12-19"),
    ("56-58", "12-19"),
    ("6304", "12-19"),
    ("6390", "12-19"),
    ("6759", "12-19"),
    ("6761-6763", "12-19"),
    ("50", _LONG),  # RuPay 508, Elo 509, Verve, Cabal, Dankort 5019
    ("59", _LONG),
    ("60", _LONG),  # RuPay, Hipercard, Switch and national schemes
    ("61", "16"),
    ("63-64", _LONG),  # InterPayment, InstaPayment, Laser, Solo
    ("66-69", _LONG),
    ("2200-2205", _LONG),  # Mir, Borica
    ("1946", "16 18 19"),  # GPN
    ("31", "19"),  # T-Union
    ("2869", "16"),  # Carnet
    ("8600", "16"),  # Uzcard
    ("9860", "16"),  # Humo
    ("9704", "16 19"),  # Napas
    ("9792", "16"),  # Troy
    ("9112", "16"),  # Belkart
    ("9051", "16"),  # ArCa
    ("9891", "16"),  # DinaCard
)
SHORTEST, LONGEST = 12, 19


def _lengths(written: str) -> set[int]:
    lengths: set[int] = set()
    for part in written.split():
        first, _, last = part.partition("-")
        lengths.update(range(int(first), int(last or first) + 1))
    return lengths


def _table() -> list[tuple[int, ...]]:
    table: list[set[int]] = [set() for _ in range(10_000)]
    for prefixes, lengths in _RANGES:
        first, _, last = prefixes.partition("-")
        for prefix in range(int(first.ljust(4, "0")), int((last or first).ljust(4, "9")) + 1):
            table[prefix] |= _lengths(lengths)
    return [tuple(sorted(lengths, reverse=True)) for lengths in table]


_LENGTHS = _table()


def lengths_of(first: bytes) -> tuple[int, ...]:
    """The lengths, longest first, of numbers that begin with four digits."""
    return _LENGTHS[int(first)]


def issued(digits: bytes) -> bool:
    """Whether an issuer has numbers that begin so and are so long."""
    return len(digits) in _LENGTHS[int(digits[:4])]
