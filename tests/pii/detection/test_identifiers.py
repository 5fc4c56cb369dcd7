"""H38: what is personal as a part of an identifier, and what only looks so."""

import pytest

from events.pii.detection import Examined, detect
from tests.pii.detection.found import in_data, spans

PERSONAL = [
    ("iban", "DE89370400440532013000", ["payment-{}", "iban_{}", "payment/{}/1", "{}-1", "id={}", "a-b-{}-c"]),
    ("ipv4", "198.18.0.1", ["host-{}", "node_{}", "client-ip-{}", "host-{}-a", "/hosts/{}", "id={}", "ip_{}:8080"]),
    ("us_ssn", "512-68-4713", ["order-{}", "ssn_{}", "customer:{}", "/customers/{}/orders", "id={}", "a_b_{}:1"]),
    ("credit_card", "4111111111111111", ["card:{}", "card_{}", "pay-{}", "customer#{}", "id={}", "{}-1"]),
    ("credit_card", "4111-1111-1111-1111", ["card:{}", "card_{}", "pay-{}", "/cards/{}", "id={}"]),
    ("email", "jane@example.com", ["user:{}", "id={}", "/users/{}", "mail#{}"]),
    ("mac", "00:1b:44:11:3a:b7", ["device:{}", "dev_{}", "device-{}", "/devices/{}", "id={}"]),
    ("ipv6", "fe80::1", ["host-{}", "/hosts/{}", "id={}"]),
]
CASES = [(kind, value, around) for kind, value, arounds in PERSONAL for around in arounds]


@pytest.mark.parametrize(("kind", "value", "around"), CASES)
def test_h38_it_finds_what_is_a_part_of_an_identifier(kind: str, value: str, around: str) -> None:
    text = around.format(value)

    assert spans(text) == [(kind, value)]
    assert [finding.path for finding in detect(Examined(None, {"id": text}))] == ["/id"]


def test_an_address_takes_in_what_may_be_a_part_of_it() -> None:
    assert spans("user_jane@example.com") == [("email", "user_jane@example.com")]


@pytest.mark.parametrize("name", ["version", "release", "firmwareVersion", "build"])
def test_h32_four_numbers_with_dots_are_a_version_where_the_field_says_so(name: str) -> None:
    assert in_data({name: "1.2.3.4"}) == []


@pytest.mark.parametrize("text", ["00:1b:44:11:3a:b7:00", "ab:00:1b:44:11:3a:b7", "ff00:00:1b:44:11:3a:b7"])
def test_h32_a_longer_chain_is_no_address_of_a_machine(text: str) -> None:
    assert [kind for kind, _ in spans(text) if kind == "mac"] == []
