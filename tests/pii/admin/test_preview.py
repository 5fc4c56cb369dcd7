"""The preview page: before and after as one types, without a trace of what was typed."""

import json
from itertools import count
from typing import Any

import pytest
from django.test import Client

from events.models import AuditRecord, OutboxEntry
from events.pii.publishing.publish import publish
from tests.pii.admin.pages import POLICIES, viewer
from tests.pii.publishing import made
from tests.routing.made import logged_in

pytestmark = pytest.mark.django_db
PAGE, CHECK = f"{POLICIES}preview/", f"{POLICIES}preview/check/"
_numbers = count()
MAIL = "marker.person@marker-domain.org"
ASKED = {"type": "com.shop.made", "environment": "production", "policies": "published"}


def check(data: Any, client: Client | None = None, **asked: Any) -> Any:
    event = data if isinstance(data, str) else json.dumps(data)
    return (client or viewer(name=f"viewer {next(_numbers)}")).post(CHECK, {**ASKED, "event": event, **asked})


def said(data: Any, **asked: Any) -> str:
    response = check(data, **asked)
    assert response.status_code == 200
    answer: str = response.content.decode()
    return answer


def test_it_begins_with_an_example_by_the_policies_there_are() -> None:
    response = viewer().get(PAGE)

    assert response.status_code == 200
    result = response.context["result"]
    assert {one.finding.kind for one in result.judged} >= {"email", "credit_card", "phone", "person_name"}


def test_both_sides_and_each_finding_with_its_reason_are_shown() -> None:
    page = said({"email": MAIL})

    assert f'title="email: ENCRYPT, because of the default of the environment production">{MAIL}</mark>' in page
    assert "pii.v1." in page
    assert "1 finding" in page


def test_drafts_can_be_tried_before_they_are_published() -> None:
    made.policy(kinds={"email": "BLOCK"})

    assert "would be refused" in said({"email": MAIL}, policies="draft")
    assert "would be refused" not in said({"email": MAIL})


def test_drafts_are_not_told_as_a_set_that_nobody_published() -> None:
    made.policy(kinds={"email": "REDACT"})

    drafts, published = (said({"email": MAIL}, policies=which) for which in ("draft", "published"))

    assert "the number they get when they are published" in drafts
    assert "the number they get" not in published


def test_it_begins_with_the_drafts_where_they_differ() -> None:
    made.policy()
    assert viewer().get(PAGE).context["form"]["policies"].value() == "draft"

    publish(note="for a test", by=None)

    assert viewer(name="other").get(PAGE).context["form"]["policies"].value() == "published"


def test_a_whole_event_is_taken_with_its_attributes_and_its_type() -> None:
    made.policy(type_pattern="com.shop.*", kinds={"email": "REDACT"})
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/s",
        "type": "com.shop.made",
        "subject": MAIL,
        "data": {"a": 1},
    }

    page = said(event, type="", policies="draft")

    assert "<dt>subject</dt>" in page
    assert "ANONYMIZE" in page
    assert "because of kind email of the policy p; what identifies an event gets a pseudonym" in page


def test_what_is_in_a_name_is_told_apart_from_what_stands_there() -> None:
    assert said({MAIL: 1}).count("in the name") == 1
    assert said({"mail": MAIL}).count("in the name") == 0


def test_numbers_stand_there_as_they_are_written() -> None:
    page = said(f'{{"long": 12345678901234567890123, "price": 1.50, "mail": "{MAIL}"}}')

    assert page.count("12345678901234567890123") == page.count("1.50") == 2


def test_where_nothing_is_found_it_says_so() -> None:
    assert "Nothing personal is found" in said({"price": 1})


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ("{", "not valid JSON at line 1"),
        ('{"a": 1, "a": 2}', "same key twice"),
        ("[" * 100_000, "not valid JSON"),
        ("[" * 200 + "]" * 200, "deep"),
        ("1e999", "JSON"),
        ("", "required"),
        ('"\\u0000"', "U+0000"),
        ("x" * 300_000, "200000"),
    ],
)
def test_h20_what_is_no_json_is_told_with_its_place(event: str, what: str) -> None:
    assert what in said(event)


def test_what_cannot_be_asked_is_told() -> None:
    assert "Environment" in said({}, environment="moon")
    assert "Policies" in said({}, policies="mine")


def test_h43_markup_in_data_and_names_is_text() -> None:
    evil = f"<script>alert(1)</script> {MAIL}"

    page = said({evil: evil, "note": evil}, type="<b>x</b>")

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_h30_what_was_typed_is_stored_nowhere_and_logged_nowhere(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    response = check({"email": MAIL})

    captured = capfd.readouterr()
    assert "marker" not in captured.out + captured.err + caplog.text
    assert "no-store" in response["Cache-Control"]
    assert not OutboxEntry.objects.exists()
    assert not AuditRecord.objects.exists()


def test_only_who_sees_policies_sees_it_and_what_is_typed_is_posted() -> None:
    nobody = logged_in("events.view_outboxentry", name="nobody")

    assert nobody.get(PAGE).status_code == check({}, nobody).status_code == 403
    assert viewer().get(CHECK).status_code == 405
