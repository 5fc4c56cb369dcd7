"""The page of an event: what was found in it, and what is encrypted, in clear, once and on record."""

import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from events.envelope import CloudEvent
from events.ingest import ingest_one
from events.models import AuditRecord, OutboxEntry
from events.pii.keys import held
from events.pii.keys.destroy import destroy
from events.pii.keys.rows import ensure_keys
from events.pii.publishing.publish import publish
from tests.pii.admin.pages import EVENTS, REVEAL, SEES_EVENTS, text, viewer
from tests.pii.publishing import made
from tests.routing.made import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MAIL = "marker.person@marker-domain.example"


@pytest.fixture(autouse=True)
def production(kek: Settings, hints: Callable[[], int]) -> None:
    kek.ENVIRONMENT = "production"
    ensure_keys("default")


def stored(data: object = None, **attributes: str) -> OutboxEntry:
    given = {"email": MAIL, "price": 1.5} if data is None else data
    event = CloudEvent.of(type="com.shop.made", source="/shop", data=given, **attributes)
    return OutboxEntry.objects.get(uuid=ingest_one(event).uuid)


def page_of(entry: OutboxEntry) -> str:
    return f"{EVENTS}{entry.pk}/change/"


def reveal_of(entry: OutboxEntry) -> str:
    return f"{EVENTS}{entry.pk}/reveal/"


def sees() -> Client:
    return viewer(SEES_EVENTS)


def reveals() -> Client:
    return viewer(SEES_EVENTS, REVEAL, name="officer")


def test_it_says_what_was_found_where_and_by_which_policies() -> None:
    made.policy(kinds={"email": "REDACT"})
    publish(note="for a test", by=None)

    page = text(sees(), page_of(stored()))

    assert 'href="/admin/events/piipolicyset/1/change/">policies v1</a>' in page
    assert "<dt>email</dt>" in page
    assert "<code>/data/email</code>" in page
    assert "Reveal" not in page


def test_without_published_policies_it_names_the_environments_default() -> None:
    assert "no policy was published" in text(sees(), page_of(stored()))


def test_where_nothing_was_found_it_says_so() -> None:
    assert "None was found in it." in text(sees(), page_of(stored({"price": 1})))


def test_the_button_is_for_those_with_the_permission() -> None:
    entry = stored()

    assert "Reveal what is encrypted" in text(reveals(), page_of(entry))
    assert "Reveal what is encrypted" not in text(sees(), page_of(entry))


def test_revealed_it_is_shown_in_clear_and_is_not_to_be_kept() -> None:
    entry = stored(contact=MAIL)

    answer = reveals().post(reveal_of(entry), {"note": "ticket 17"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert page.count(MAIL) == 2
    assert "<code>/data/email</code>" in page
    [record] = AuditRecord.objects.filter(act="pii.revealed")
    assert (record.reason, record.subject_id) == ("ticket 17", str(entry.uuid))
    assert record.by.startswith("user ")
    assert "marker" not in record.after


def form_of(page: str) -> dict[str, str]:
    """What a browser posts that was asked on a page, with a reason."""
    [last] = re.findall(r'name="last" value="(\d+)"', page)
    return {"note": "ticket 17", "last": last}


def test_h41_the_same_question_is_answered_once() -> None:
    """A page that is loaded again posts its form again."""
    entry, client = stored(), reveals()
    form = form_of(text(client, page_of(entry)))
    assert MAIL in client.post(reveal_of(entry), form).content.decode()

    again = client.post(reveal_of(entry), form).content.decode()

    assert MAIL not in again
    assert "You have been shown it once" in again
    assert "ticket 17" not in again
    assert AuditRecord.objects.filter(act="pii.revealed").count() == 1


def test_whoever_says_why_again_is_answered_again() -> None:
    entry, client = stored(), reveals()
    form = form_of(text(client, page_of(entry)))
    client.post(reveal_of(entry), form)

    asked = client.post(reveal_of(entry), form).content.decode()
    second = client.post(reveal_of(entry), form_of(asked)).content.decode()
    third = client.post(reveal_of(entry), form_of(text(client, page_of(entry)))).content.decode()

    assert MAIL in second
    assert MAIL in third
    assert AuditRecord.objects.filter(act="pii.revealed").count() == 3


def test_one_person_keeps_no_other_from_seeing_it() -> None:
    entry, client = stored(), reveals()
    form = form_of(text(client, page_of(entry)))
    viewer(SEES_EVENTS, REVEAL, name="another").post(reveal_of(entry), {"note": "ticket 18"})

    assert MAIL in client.post(reveal_of(entry), form).content.decode()


def test_a_form_that_is_posted_twice_at_once_is_answered_once() -> None:
    entry, client = stored(), reveals()
    form = form_of(text(client, page_of(entry)))

    def post() -> str:
        return client.post(reveal_of(entry), form).content.decode()

    answers = at_once(*[post] * 4)

    assert sorted(MAIL in answer for answer in answers) == [False, False, False, True]
    assert AuditRecord.objects.filter(act="pii.revealed").count() == 1


def test_nothing_that_was_revealed_stays_with_the_session() -> None:
    entry, client = stored(), reveals()

    client.post(reveal_of(entry), form_of(text(client, page_of(entry))))

    assert MAIL not in json.dumps(dict(client.session.items()))
    assert MAIL not in text(client, page_of(entry))


@pytest.mark.parametrize("last", ["", "x", "-1", "9" * 40, "\u0661"])
def test_a_form_that_was_tampered_with_is_one_that_has_seen_nothing(last: str) -> None:
    entry, client = stored(), reveals()

    first, second = (client.post(reveal_of(entry), {"note": "ticket 17", "last": last}).content.decode() for _ in "12")

    assert MAIL in first
    assert MAIL not in second


@pytest.mark.parametrize("note", ["", "   "])
def test_without_a_reason_it_asks_again(note: str) -> None:
    answer = reveals().post(reveal_of(stored()), {"note": note})

    assert "This field is required" in answer.content.decode()
    assert MAIL not in answer.content.decode()
    assert not AuditRecord.objects.filter(act="pii.revealed").exists()


def test_there_is_no_get() -> None:
    entry = stored()

    answer = reveals().get(reveal_of(entry))

    assert (answer.status_code, answer["Location"]) == (302, page_of(entry))
    assert not AuditRecord.objects.filter(act="pii.revealed").exists()


def test_h41_who_may_not_is_refused_and_that_is_on_record() -> None:
    entry = stored()

    curious = sees()
    for _ in range(2):
        answer = curious.post(reveal_of(entry), {"note": "curious"})

    assert answer.status_code == 403
    assert MAIL not in answer.content.decode()
    [record] = AuditRecord.objects.filter(act="pii.reveal_refused")
    assert f"{record.subject} {record.subject_id}" == record.by
    assert json.loads(record.after) == {"event": str(entry.uuid)}


def test_who_may_not_see_events_reveals_none() -> None:
    answer = viewer(REVEAL).post(reveal_of(stored()), {"note": "ticket 17"})

    assert answer.status_code == 403
    assert not AuditRecord.objects.filter(act="pii.revealed").exists()


def test_h43_it_cannot_be_posted_from_elsewhere() -> None:
    entry = stored()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = reveals().cookies

    assert strict.post(reveal_of(entry), {"note": "ticket 17"}).status_code == 403
    assert not AuditRecord.objects.filter(act="pii.revealed").exists()


def test_h43_markup_that_was_encrypted_is_text_and_what_turns_it_is_shown() -> None:
    entry = stored({"name": "<script>alert(1)</script>\u202e"})
    assert "script" not in (entry.data or "")

    page = reveals().post(reveal_of(entry), {"note": "ticket 17"}).content.decode()

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "\\u202e" in page


def test_h35_what_cannot_be_read_is_named_with_why() -> None:
    entry = stored()
    destroy("default", by=None, reason="asked to")

    page = reveals().post(reveal_of(entry), {"note": "ticket 17"}).content.decode()

    assert "its key is destroyed: nobody can read it again" in page
    assert "Nothing of it is revealed" in page
    assert "In clear" not in page


def test_keys_that_are_not_at_hand_are_for_later(kek: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.pii.keys.background.ask", lambda tenant: None)
    entry = stored()
    held.forget()
    kek.PII_KEY_ENCRYPTION_KEYS = ""

    page = reveals().post(reveal_of(entry), {"note": "ticket 17"}).content.decode()

    assert "Nothing was revealed" in page


def test_numbers_stay_as_they_were_written() -> None:
    entry = stored({"email": MAIL, "price": 1.5})
    OutboxEntry.objects.filter(pk=entry.pk).update(data=(entry.data or "").replace("1.5", "1.50"))

    page = reveals().post(reveal_of(entry), {"note": "ticket 17"}).content.decode()

    assert "&quot;price&quot;: 1.50" in page
    assert json.loads(OutboxEntry.objects.get(pk=entry.pk).data or "")["price"] == 1.5
