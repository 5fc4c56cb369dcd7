import random

import pytest

from events.pii.detection.forms.checksums import luhn
from tests.pii.detection.found import kinds, kinds_in, spans

# Prefixes of issuers with the lengths they issue.
ISSUED = [
    ("34", 15), ("37", 15), ("300", 14), ("305", 16), ("36", 14), ("38", 19), ("6011", 16), ("65", 16), ("2131", 15),
    ("1800", 15), ("3528", 16), ("35", 16), ("5018", 12), ("6304", 13), ("57", 12), ("6759", 19), ("0604", 12),
    ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("4", 13), ("4", 16), ("4", 19), ("62", 16), ("62", 19),
    ("2200", 16), ("9792", 16), ("508", 16),
]  # fmt: skip


def card(prefix: str, length: int, draw: random.Random) -> str:
    number = prefix + "".join(draw.choices("0123456789", k=length - len(prefix) - 1))
    return next(number + digit for digit in "0123456789" if luhn(f"{number}{digit}".encode()))


@pytest.mark.parametrize(("prefix", "length"), ISSUED)
@pytest.mark.parametrize("separator", ["", " ", "-"])
def test_it_finds_the_cards_of_every_issuer(prefix: str, length: int, separator: str) -> None:
    draw = random.Random(f"{prefix}-{length}")

    for _ in range(20):
        digits = card(prefix, length, draw)
        written = separator.join(digits[place : place + 4] for place in range(0, length, 4))

        assert spans(f"my card {written} was declined") == [("credit_card", written)]


@pytest.mark.parametrize("number", ["2221000000000009", "4000000000000000006", "501800000009", "4111 1111 1111 1111"])
def test_h33_it_finds_new_long_and_short_cards_and_none_with_one_digit_changed(number: str) -> None:
    changed = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert kinds(f"card {number}") == ["credit_card"]
    assert kinds(f"card {changed}") == []


@pytest.mark.parametrize("written", ["3400-000000-00009", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "411 111 111 111 1111"])
def test_it_finds_cards_in_unusual_groups(written: str) -> None:
    assert spans(f"card: {written}.") == [("credit_card", written)]


@pytest.mark.parametrize(
    ("before", "written"),
    [
        ("card=", "4111+1111+1111+1111"),
        ("form: x=1&n=", "3782+822463+10005"),
        ("", "4111  1111  1111  1111"),
        ("card: ", "4111.1111.1111.1111"),
        ("card number\n", "4111\n1111\n1111\n1111"),
    ],
)
def test_it_finds_cards_as_forms_send_them_in_columns_and_with_points(before: str, written: str) -> None:
    assert spans(f"{before}{written}&more") == [("credit_card", written)]


@pytest.mark.parametrize(
    "text", ["4111.1111.1111.1111", "4111\n1111\n1111\n1111", "4111+1111+1111+1112", "1+4111+1111"]
)
def test_h32_other_numbers_in_columns_are_no_cards(text: str) -> None:
    assert "credit_card" not in kinds(text)


def test_it_finds_a_card_among_other_numbers() -> None:
    text = "on 12 2026 4111 1111 1111 1111 123 and 5500000000000004 4111111111111111"

    found = spans(text)

    assert found == [
        ("credit_card", "4111 1111 1111 1111"),
        ("credit_card", "5500000000000004"),
        ("credit_card", "4111111111111111"),
    ]


def test_it_finds_cards_of_airlines_where_cards_are_spoken_of() -> None:
    number = card("1", 15, random.Random(15))

    assert kinds(f"charged to card {number}") == ["credit_card"]
    assert kinds_in({"sequenceNo": number}) == []


def test_h31_it_finds_a_card_that_is_a_json_number() -> None:
    assert kinds_in({"n": 4111111111111111}) == ["credit_card"]
    assert kinds_in({"n": 4111111111111111.0}) == ["credit_card"]
    assert kinds_in({"n": -4111111111111111}) == ["credit_card"]


@pytest.mark.parametrize(
    "text",
    [
        "4006381333931",  # an EAN that satisfies Luhn too or not
        "Number 411111111111111 is too short.",
        "Number 41111111111111111 is too long.",
        "0.4111111111111111",
        "x4111111111111111",
        "item-501800000009",
        "arn:aws:iam::501800000009:role/reader",
        "0000000000000000",
    ],
)
def test_h32_other_numbers_are_no_cards(text: str) -> None:
    assert "credit_card" not in kinds(text)


def test_a_number_of_an_article_is_a_card_only_where_cards_are_spoken_of() -> None:
    both = next(
        number for number in (f"40000000{tail:05}" for tail in range(100_000)) if luhn(number.encode()) and gtin(number)
    )

    assert kinds(both) == []
    assert kinds(f"charged to card {both}") == ["credit_card"]


def gtin(number: str) -> bool:
    return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(number))) % 10 == 0


def test_numbers_of_64_bits_in_fields_for_identifiers_are_no_cards() -> None:
    assert kinds_in({"orderId": 4000000000000000006}) == []
    assert kinds_in({"payload": 4000000000000000006}) == ["credit_card"]
