"""H31: an event with personal data in eight disguises under each environment, and what its consumers receive.

H32: and that what only looks like personal data stays as it is, byte for byte.
"""

import json
import re
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from events.envelope import CloudEvent
from events.ingest import ingest
from events.models import OutboxEntry
from events.pii.keys.rows import ensure_keys
from events.pii.reveal import reveal
from routing.models import Delivery
from tests.pii.markers.disguises import full_width, in_base64, percent, zero_width
from tests.relay.conftest import Installation, installation

__all__ = ["installation"]

pytestmark = pytest.mark.django_db(transaction=True)

MAIL, CARD, SSN = "jane.roe@mail.example", "4556 7375 8689 9855", "512-68-4713"
# Each with what stands around it, which nobody may touch.
DISGUISED: dict[str, Any] = {
    "number": 4556737586899855,
    "name": {f"<{MAIL}>": 1},
    "json": json.dumps({"inner": [MAIL], "price": 1.50}),
    "base64": f"id={in_base64(MAIL)};v=2",
    "percent": f"/find?q={percent(MAIL)}&page=2",
    "full-width": f"card {full_width(CARD)}, thanks",
    "zero-width": f"ssn {zero_width(SSN)}.",
}
SUBJECT = f"people/{MAIL}"

TOKEN = r"pii\.v1\.[a-z2-7]{8}\.[A-Za-z0-9_-]+~"
ANON, AT_DOMAIN = r"anon_{}_[a-z2-7]{{20}}", r"anon_[a-z2-7]{20}@mail\.example"
Received = dict[str, str]
STAGING: Received = {
    "number": f'"{ANON.format("credit_card")}"',
    "name": rf'{{"<{AT_DOMAIN}>": 1}}',
    "json": rf'"{{\\"inner\\": \[\\"{AT_DOMAIN}\\"\], \\"price\\": 1\.5}}"',
    "base64": f'"id={ANON.format("email")};v=2"',
    "percent": rf'"/find\?q={ANON.format("email")}&page=2"',
    "full-width": f'"card {ANON.format("credit_card")}, thanks"',
    "zero-width": rf'"ssn {ANON.format("us_ssn")}\."',
}
PRODUCTION: Received = {
    "number": f'"{TOKEN}"',
    "name": rf'{{"<{TOKEN}>": 1}}',
    "json": rf'"{{\\"inner\\": \[\\"{TOKEN}\\"\], \\"price\\": 1\.5}}"',
    "base64": f'"id={TOKEN};v=2"',
    "percent": rf'"/find\?q={TOKEN}&page=2"',
    "full-width": f'"card {TOKEN}, thanks"',
    "zero-width": rf'"ssn {TOKEN}\."',
}
DEVELOPMENT: Received = {name: re.escape(json.dumps(value)) for name, value in DISGUISED.items()}
ENVIRONMENTS = {
    "development": (DEVELOPMENT, re.escape(SUBJECT)),
    "staging": (STAGING, f"people/{AT_DOMAIN}"),
    # What identifies an event keeps a pseudonym there too.
    "production": (PRODUCTION, f"people/{AT_DOMAIN}"),
}

# H32, one of each and all of them in one text.
UNRELATED = {
    "uuid": "6f1c2a9e-4b7d-4e21-9a55-7d3c1b8e0f42",
    "time": 1763720994123,
    "moment": "2026-11-21T10:03:47.555667Z",
    "commit": "2e7bb13f9d4c8a06b15e7f3290d4c6ab8e1f5a77",
    "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "isbn": "978-3-16-148410-0",
    "isbn13": 9783161484100,
    "version": "10.4.12.3-rc1",
    "release": "v1.2.3.4",
    "order": "ORD-2026-0042-1187",
    "orderNumber": 100200300400,
    "amount": 1234567.50,
    "coordinates": [52.5200066, 13.404954],
    "sku": "0614141123452",
    "image": "icon@2x.png",
    "etag": 'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"',
    "word": "dGhlIHF1aWNrIGJyb3duIGZveA==",
    "query": "a%20b%3Dc&d=%7B%22x%22%3A1%7D",
    "nested": '{"a": [1.50, "\\u00e9"], "b": null}',
    "wide": "\uff21\uff22\uff23 \u200b \u00ad",
}


@pytest.fixture(autouse=True)
def keys(kek: Settings) -> None:
    ensure_keys("default")


def relayed(installation: Installation, event: CloudEvent) -> CloudEvent:
    """The event as a consumer receives it."""
    stream = installation.destination("events")
    installation.publish(installation.rule("events"))
    with transaction.atomic():
        ingest(event)
    installation.run(lambda: Delivery.objects.filter(state="delivered").exists())
    return stream.messages[0].event


def event(data: Any, **attributes: Any) -> CloudEvent:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return CloudEvent(id="1", source="/tests", type="com.example.thing", data=text, **attributes)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_h31_what_consumers_receive_of_eight_disguises(
    environment: str, installation: Installation, settings: Settings
) -> None:
    settings.ENVIRONMENT = environment
    expected, subject = ENVIRONMENTS[environment]

    received = relayed(installation, event(DISGUISED, subject=SUBJECT))

    data = json.loads(str(received.data))
    assert list(data) == list(DISGUISED)
    wrong = {name: data[name] for name in data if not re.fullmatch(expected[name], json.dumps(data[name]))}
    assert wrong == {}
    assert re.fullmatch(subject, str(received.subject))


def test_what_is_encrypted_in_a_disguise_comes_back_in_it(installation: Installation, settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    relayed(installation, event(DISGUISED))

    shown = reveal(OutboxEntry.objects.get(), reason="a test", by=None)

    assert json.loads(str(shown.event.data)) == DISGUISED
    assert not shown.unread


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_h34_a_disguise_of_letters_has_the_pseudonym_of_the_plain_text(
    environment: str, installation: Installation, settings: Settings
) -> None:
    settings.ENVIRONMENT = environment
    data = [MAIL, full_width(MAIL), zero_width(MAIL), MAIL.upper()]

    one = relayed(installation, event(data, extensions={"partitionkey": MAIL}, subject=full_width(MAIL)))

    assert re.fullmatch(AT_DOMAIN, str(one.subject))
    assert one.extensions["partitionkey"] == one.subject
    if environment == "staging":
        assert set(json.loads(str(one.data))) == {one.subject}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_h32_unrelated_text_is_unchanged_byte_for_byte(
    environment: str, installation: Installation, settings: Settings
) -> None:
    settings.ENVIRONMENT = environment
    # As a producer may write it: spaces, escapes, and numbers in their own spelling.
    text = json.dumps(UNRELATED, indent=3).replace("1234567.5", "1.2345675e6")
    attributes = {name: value for name, value in UNRELATED.items() if isinstance(value, str) and value.isascii()}
    given = {name.lower(): value for name, value in attributes.items() if name not in ("time", "nested")}

    received = relayed(installation, event(text, extensions=given, subject=" ".join(attributes.values())))

    assert received.data == text
    assert received.subject == " ".join(attributes.values())
    assert dict(received.extensions) == given


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_h32_beside_personal_data_the_rest_is_unchanged_byte_for_byte(
    environment: str, installation: Installation, settings: Settings
) -> None:
    settings.ENVIRONMENT = environment
    text = json.dumps(UNRELATED, indent=3)
    before, after = text[:-2], '\t, "email":  "jane.roe@mail.example" \n}'

    received = str(relayed(installation, event(before + after)).data)

    assert received.startswith(f'{before}\t, "email":  "')
    assert received.endswith('" \n}')
    assert MAIL not in received
