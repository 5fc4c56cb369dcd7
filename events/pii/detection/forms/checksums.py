"""Check digits."""

_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")


def luhn(digits: bytes) -> bool:
    """ISO/IEC 7812: payment cards."""
    total = sum(digits[-1::-2]) + sum(digits[-2::-2].translate(_DOUBLED))
    return (total - 48 * len(digits)) % 10 == 0


def gtin(digits: bytes) -> bool:
    """GS1: EAN, UPC, ISBN-13, GTIN-14."""
    total = sum(digits[-1::-2]) + 3 * sum(digits[-2::-2])
    return (total - 48 * (len(digits[-1::-2]) + 3 * len(digits[-2::-2]))) % 10 == 0


def aba(digits: bytes) -> bool:
    """Routing numbers of United States banks, nine digits."""
    weighed = sum(weight * (digit - 48) for weight, digit in zip((3, 7, 1) * 3, digits, strict=True))
    return weighed % 10 == 0 and digits != b"000000000"


def mod97(text: str) -> bool:
    """ISO 7064: IBAN, in capitals without separators."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1
