"""Names that producers choose may be personal data themselves: none is repeated in an error, or kept in clear."""

import json
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from events.envelope import CloudEvent, EnvelopeError, parse_http
from events.envelope.json_text import parse_json
from events.ingest import NotAdmittedError, ingest
from events.models import OutboxEntry, PiiPolicy
from events.pii.keys.rows import ensure_keys
from events.pii.publishing.publish import publish
from events.schemas.documents.document import parse_schema
from events.schemas.documents.validator import compile_validator

CARD, MAIL = "4556737586899855", "jane.roe@mail.example"


def store(**attributes: Any) -> OutboxEntry:
    with transaction.atomic():
        ingest(CloudEvent(id="1", source="/tests", type="com.example.thing", **attributes))
    return OutboxEntry.objects.get()


@pytest.fixture
def production(kek: Settings, transactional_db: None) -> None:
    kek.ENVIRONMENT = "production"
    ensure_keys("default")


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        (f'{{"{MAIL}":1,"{MAIL}":2}}', "/*"),
        (f'{{"{CARD}":{{"a":[{{"b":1,"b":1}}]}}}}', "/*/a/0/b"),
        ('{"Jane Roe":"\\u0000"}', "/*"),
        ('{"line2":{"customer.email":"\\u0000"}}', "/line2/customer.email"),
    ],
)
def test_a_fault_of_json_names_only_plain_words(text: str, pointer: str) -> None:
    with pytest.raises(EnvelopeError) as refused:
        parse_json(text.encode())

    assert refused.value.pointer == pointer
    assert str(refused.value).startswith(f"{pointer}: ")


@pytest.mark.parametrize("name", [MAIL, CARD * 5, "Jane Roe", "\uff14\uff15"])
def test_the_name_of_an_attribute_that_is_none_is_not_repeated(name: str) -> None:
    body = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", name: "x"}

    with pytest.raises(EnvelopeError) as refused:
        parse_http({"content-type": "application/cloudevents+json"}, json.dumps(body).encode())

    assert (refused.value.pointer, refused.value.code) == ("/*", "bad-name")


def test_a_member_whose_name_is_a_number_is_not_taken_for_an_index() -> None:
    judge = compile_validator(parse_schema({"additionalProperties": {"items": {"type": "string"}}}))

    assert [fault.pointer for fault in judge.faults({CARD: [1], "a": [1]})] == ["/*/0", "/*/0"]


def test_an_extension_attribute_gets_another_name_if_its_own_is_personal(production: None) -> None:
    entry = store(extensions={CARD: MAIL, "line2": "x"})

    assert CARD not in entry.extensions + entry.pii
    assert MAIL not in entry.extensions
    assert {act["path"] for act in json.loads(entry.pii)["acts"]} == {"/*"}
    assert json.loads(entry.extensions)["line2"] == "x"


def test_a_refusal_does_not_repeat_such_a_name(production: None) -> None:
    PiiPolicy.objects.create(name="tests", default="BLOCK")
    publish(note="for a test", by=None)

    with pytest.raises(NotAdmittedError) as refused:
        store(extensions={CARD: MAIL})

    assert {refusal.pointer for refusal in refused.value.refusals} == {"/*"}


def test_the_parameters_of_a_content_type_are_looked_at(production: None) -> None:
    entry = store(data="x", datacontenttype=f'text/plain; owner="{MAIL}"; charset=utf-8')

    assert MAIL not in str(entry.datacontenttype)
    assert str(entry.datacontenttype).endswith("; charset=utf-8")


def test_a_content_type_as_usual_stays(production: None) -> None:
    assert store(data="{}", datacontenttype="application/json; charset=utf-8").pii == "{}"
