from django.test import Client
from jsonschema import Draft202012Validator

from events.pii.publishing.publish import publish
from tests.api.contract import assert_as_documented
from tests.pii.publishing import made
from tests.schemas.registry import made as registry

AFTER, PATH = "/api/v1/pii/schemas/{}/{}", "/api/v1/pii/schemas/{type}/{version}"
PERSON = {"type": "object", "properties": {"email": {"type": "string", "maxLength": 60}, "n": {"type": "boolean"}}}


def test_consumers_are_told_what_events_are_like_after_the_policies(reader: Client) -> None:
    """H38."""
    registry.active(registry.event_type("com.example/person"), PERSON, "1.0.0")

    response = reader.get(AFTER.format("com.example/person", "1.0.0"), {"environment": "production"})

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "get", PATH)
    body = response.json()
    assert (body["type"], body["version"], body["environment"], body["policies"]) == (
        "com.example/person", "1.0.0", "production", 0,
    )  # fmt: skip
    Draft202012Validator.check_schema(body["schema"])
    assert "pattern" in body["schema"]["properties"]["email"]
    assert body["schema"]["properties"]["n"] == {"type": "boolean"}


def test_it_goes_by_the_published_policies_or_by_the_draft_and_by_the_environment(reader: Client) -> None:
    registry.active(registry.event_type("t"), PERSON, "1.0.0")
    place = AFTER.format("t", "1.0.0")
    made.policy(kinds={}, default="LOG")

    here, draft = reader.get(place).json(), reader.get(place, {"policies": "draft", "environment": "staging"}).json()
    before = reader.get(place, {"environment": "staging"}).json()
    publish(note="the first", by=None)
    after = reader.get(place, {"environment": "staging"}).json()

    assert (here["environment"], here["schema"]) == ("development", PERSON)
    assert (draft["policies"], draft["schema"]) == (None, PERSON)
    assert before["schema"] != PERSON
    assert (after["policies"], after["schema"]) == (1, PERSON)


def test_an_unknown_type_version_or_environment_is_refused(reader: Client) -> None:
    registry.active(registry.event_type("t"), PERSON, "1.0.0")

    assert reader.get(AFTER.format("u", "1.0.0")).status_code == 404
    assert reader.get(AFTER.format("t", "2.0.0")).status_code == 404
    assert reader.get(AFTER.format("t", "1.0.0"), {"environment": "prd"}).status_code == 400
