"""Publishing the policies in the admin: the difference, what it would have done, a note, and the way back."""

import re
from typing import Any

import pytest
from django.test import Client

from events.models import AuditRecord, PiiPolicy, PiiPolicySet
from events.pii.publishing.publish import publish
from tests.pii.admin.pages import POLICIES, SEES_EVENTS, SETS, officer, text, viewer
from tests.pii.publishing import made
from tests.routing.made import entry

pytestmark = pytest.mark.django_db
PAGE = f"{POLICIES}publish/"
MAIL = "marker.person@marker-domain.org"


@pytest.fixture(autouse=True)
def development(settings: Any) -> None:
    settings.ENVIRONMENT = "development"


def post(client: Client, page: str = PAGE, **values: Any) -> Any:
    """As the page would, but for `values`."""
    return client.post(page, {**dict(client.get(page).context["hidden"]), "note": "since cards came in", **values})


def test_it_is_published_with_its_note_and_who() -> None:
    made.policy(kinds={"email": "REDACT"})

    response = post(officer())

    published = PiiPolicySet.objects.get()
    assert response["Location"] == f"{SETS}1/change/"
    assert (published.note, str(published.published_by)) == ("since cards came in", "officer")
    assert AuditRecord.objects.filter(act="pii_policies.published", reason="since cards came in").exists()


@pytest.mark.parametrize("note", ["", "   "])
def test_without_a_note_it_is_not(note: str) -> None:
    made.policy()

    assert post(officer(), note=note).status_code == 200
    assert not PiiPolicySet.objects.exists()


def test_a_missing_note_is_told_beside_the_buttons_and_has_the_focus() -> None:
    made.policy()

    page = post(officer(), note=" ", approve="1").content.decode()

    said = page[page.index("Nothing was done.") :]
    assert "Note: This field is required." in said
    (field,) = re.findall(r'<input[^>]+name="note"[^>]*>', page)
    assert " autofocus" in field
    assert " novalidate" in page


def test_the_page_shows_what_would_change() -> None:
    policy = made.policy("orders", kinds={"email": "LOG"})
    publish(note="first", by=None)
    PiiPolicy.objects.filter(pk=policy.pk).update(kinds={"email": "BLOCK"})

    page = text(officer(), PAGE)

    assert "<strong>orders</strong>, email:" in page
    assert "LOG</del>" in page
    assert "BLOCK</ins>" in page


def test_the_page_shows_what_it_would_have_done_without_values() -> None:
    event = entry(data=f'{{"email": "{MAIL}"}}')
    made.policy(kinds={"email": "BLOCK"})

    page = text(officer(SEES_EVENTS), PAGE)

    assert "treated 1 of the last 1 events differently" in page
    assert "1 would be refused" in page
    assert f"?q={event.uuid}" in page
    assert "marker" not in page


def test_what_was_changed_since_somebody_looked_is_not_published() -> None:
    policy = made.policy()
    client = officer()
    seen = dict(client.get(PAGE).context["hidden"])
    PiiPolicy.objects.filter(pk=policy.pk).update(default="LOG")

    response = client.post(PAGE, {**seen, "note": "why"})

    assert "somebody changed the policies meanwhile" in response.content.decode()
    assert not PiiPolicySet.objects.exists()


def test_where_nothing_would_change_there_is_nothing_to_press() -> None:
    made.policy()
    publish(note="first", by=None)

    page = text(officer(), PAGE)

    assert "Nothing would change" in page
    assert 'name="note"' not in page


def test_where_nothing_is_published_and_no_policy_is_made_there_is_nothing_to_press_either() -> None:
    client = officer()

    page, preview = text(client, PAGE), client.get(f"{POLICIES}preview/")

    assert "Nothing is published yet, and there is no policy to publish" in page
    assert 'name="note"' not in page
    assert preview.context["form"]["policies"].value() == "published"


def test_only_who_may_publish_does() -> None:
    made.policy()
    client = viewer("events.change_piipolicy")

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"note": "mine"}).status_code == 403
    assert "Somebody who may publish has to." in text(client, POLICIES)


def test_the_list_of_sets_says_who_when_why_and_what() -> None:
    made.policy("orders")
    publish(note="first reason", by=None)
    made.policy("others")
    publish(note="second reason", by=None)

    page = text(viewer(), SETS)

    assert all(said in page for said in ("first reason", "second reason", "added others", "a command"))
    assert page.index("in use") < page.index("replaced")


def test_sets_are_counted_as_sets() -> None:
    made.policy("orders")
    publish(note="first", by=None)
    one = text(viewer(), SETS).split()
    made.policy("others")
    publish(note="second", by=None)
    two = text(viewer(name="other"), SETS).split()

    assert "1 published set of PII policies </div>" in " ".join(one)
    assert "2 published sets of PII policies </div>" in " ".join(two)


def test_a_set_shows_its_policies_and_both_differences() -> None:
    policy = made.policy("orders", kinds={"iban": "BLOCK"})
    publish(note="first", by=None)
    policy.delete()
    publish(note="second", by=None)

    page = text(viewer(), f"{SETS}1/change/")

    assert "1. orders" in page
    assert "Compared with the newest" in page
    assert '{"' not in page


def test_a_rollback_publishes_an_older_set_again_with_a_note() -> None:
    policy = made.policy("orders", default="BLOCK")
    publish(note="first", by=None)
    policy.delete()
    publish(note="second", by=None)
    client = officer()
    page = f"{SETS}1/rollback/"
    assert "<strong>orders</strong>" in text(client, page)

    post(client, page, note="it was too lax")

    newest = PiiPolicySet.objects.newest()
    assert newest is not None
    assert (newest.version, newest.restored_from, newest.note) == (3, 1, "it was too lax")
    assert [one["name"] for one in newest.snapshot["policies"]] == ["orders"]


@pytest.mark.parametrize("page", [PAGE, f"{SETS}1/rollback/"])
def test_the_pages_that_publish_say_where_one_is_as_all_pages_do(page: str) -> None:
    for name in ("orders", "invoices"):
        made.policy(name)
        publish(note="one more", by=None)
    made.policy("offers")

    response = officer().get(page)

    assert response.context["environment"] == ("development", "info")
    assert "to the last events, in development" in response.content.decode()


def test_a_rollback_upon_another_set_than_the_one_looked_at_is_refused() -> None:
    policy = made.policy()
    publish(note="first", by=None)
    policy.delete()
    publish(note="second", by=None)

    response = post(officer(), f"{SETS}1/rollback/", upon="1")

    assert "another pii policy set was published meanwhile" in response.content.decode()
    assert PiiPolicySet.objects.count() == 2


def test_viewers_do_not_roll_back() -> None:
    made.policy()
    publish(note="first", by=None)

    assert viewer().post(f"{SETS}1/rollback/", {"note": "mine"}).status_code == 403
    assert viewer(name="other").post(f"{SETS}1/change/", {"note": "mine"}).status_code == 403
