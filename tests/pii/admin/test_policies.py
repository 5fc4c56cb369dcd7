"""Policies in the admin: a list that reads like the decision, a form without JSON, and edits that do not get lost."""

from typing import Any

import pytest
from django.test import Client

from events.models import AuditRecord, PiiPolicy
from events.pii.admin.fields import GROUPS
from events.pii.detection.kinds import Kind
from events.pii.publishing.publish import publish
from tests.pii.admin.pages import POLICIES, errors, officer, opened, rows, text, viewer
from tests.pii.publishing import made
from tests.routing.made import logged_in

pytestmark = pytest.mark.django_db
ADD = f"{POLICIES}add/"
MAIL_LINE = {"path": "/data/contact/email", "action": "ignore", "kind": "email", "whole": False}
NAME_LINE = {"path": "/data/people/*/name", "action": "REDACT", "kind": "person_name", "whole": True}


def page_of(policy: PiiPolicy) -> str:
    return f"{POLICIES}{policy.pk}/change/"


def add(client: Client, **values: Any) -> Any:
    return client.post(ADD, {**opened(client, ADD), "name": "orders", **values})


def test_without_policies_the_list_says_what_is_done_and_what_to_do() -> None:
    page = text(officer(), POLICIES)

    assert "There are no policies yet" in page
    assert "ENCRYPT in production" in page


def test_a_policy_is_made_without_typing_json() -> None:
    client = officer()

    add(
        client, type_pattern="com.shop.*", environments=["staging", "production"], priority="10", default="REDACT",
        **{"kinds-email": "ANONYMIZE", "kinds-credit_card": "BLOCK"}, **rows([MAIL_LINE, NAME_LINE]),
    )  # fmt: skip

    policy = PiiPolicy.objects.get()
    assert (policy.type_pattern, policy.environments) == ("com.shop.*", ["staging", "production"])
    assert (policy.kinds, policy.default) == ({"email": "ANONYMIZE", "credit_card": "BLOCK"}, "REDACT")
    assert policy.paths == [MAIL_LINE, NAME_LINE]


def test_a_form_that_is_saved_as_it_is_changes_nothing() -> None:
    policy = made.policy(kinds={"email": "LOG"}, paths=[MAIL_LINE, NAME_LINE], environments=["staging"], default="LOG")
    client = officer()
    before = {**vars(policy)}

    client.post(page_of(policy), opened(client, page_of(policy)))

    policy.refresh_from_db()
    members = ("name", "kinds", "paths", "environments", "default", "type_pattern", "priority", "allow_test_values")
    assert {name: before[name] for name in members} == {name: vars(policy)[name] for name in members}
    assert policy.revision == 2


def test_every_kind_has_its_row() -> None:
    page = text(officer(), ADD)

    assert all(f'name="kinds-{kind}"' in page for kind in Kind)
    assert sorted(kind for kinds in GROUPS.values() for kind in kinds) == sorted(Kind)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"type_pattern": " "}, "required"),
        (rows([{"path": "data", "action": "LOG"}]), "line 1, path"),
        (rows([MAIL_LINE, {"path": "/data/a*", "action": "LOG"}]), "line 2, path"),
        (rows([{"path": "/data/name", "action": "ENCRYPT", "whole": True}]), "needs a kind"),
        ({"kinds-email": "SHRED"}, "email"),
        ({"environments": ["moon"]}, "moon"),
        ({"name": "taken"}, "already exists"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_is_kept(values: dict[str, Any], said: str) -> None:
    """H24, H25."""
    made.policy("taken")

    response = add(officer(), note="kept", **values)

    assert said in errors(response)
    assert response.context["adminform"].form["note"].value() == "kept"
    assert PiiPolicy.objects.count() == 1


def test_all_that_is_wrong_is_said_at_once_and_the_row_is_marked() -> None:
    bad: list[dict[str, Any]] = [
        MAIL_LINE,
        {"path": "data", "action": "LOG"},
        {"path": "/data/name", "action": "LOG", "whole": True},
    ]

    response = add(officer(), name="", type_pattern="", environments=["moon"], **{"kinds-email": "SHRED"}, **rows(bad))

    form = response.context["adminform"].form
    assert set(form.errors) == {"name", "type_pattern", "environments", "kinds", "paths"}
    marked = response.content.decode().split("data-pd-row>")[1:]
    assert ["pd-said" in row for row in marked] == [False, True, True, False]
    assert "whole: needs a kind" in marked[2]


def test_what_was_wrong_with_a_row_is_not_said_of_the_next_form() -> None:
    client = officer()
    add(client, **rows([{"path": "data", "action": "LOG"}]))

    assert "pd-said" not in text(client, ADD)


def test_h47_the_second_of_two_who_edit_is_told_what_changed() -> None:
    policy = made.policy(kinds={"email": "LOG"})
    first, second = officer(), officer(name="another")
    shown = opened(second, page_of(policy))
    first.post(page_of(policy), {**opened(first, page_of(policy)), "kinds-email": "BLOCK"})

    response = second.post(page_of(policy), {**shown, "kinds-email": "REDACT"})

    policy.refresh_from_db()
    assert policy.kinds == {"email": "BLOCK"}
    assert "email: LOG &rarr; email: BLOCK" in response.content.decode()


def test_the_list_reads_like_the_decision_it_is() -> None:
    made.policy("all", priority=1, default="ENCRYPT")
    made.policy(
        "orders", priority=9, type_pattern="com.shop.*", kinds={"email": "LOG", "iban": "BLOCK"}, paths=[NAME_LINE]
    )
    made.policy("off", priority=99, enabled=False)

    page = text(officer(), POLICIES)

    assert page.index("<strong>1</strong>") < page.index(">orders<") < page.index("<strong>2</strong>")
    assert "<strong>off</strong>" in page
    assert "all of /data/people/*/name, as person name: REDACT" in page
    assert page.index("BLOCK") < page.index("IBAN")


def test_drafts_are_marked_against_what_is_published() -> None:
    made.policy("same")
    changed, gone = made.policy("altered"), made.policy("gone")
    publish(note="first", by=None)
    PiiPolicy.objects.filter(pk=changed.pk).update(default="BLOCK")
    gone.delete()
    made.policy("fresh")

    page = text(officer(), POLICIES)

    assert "3 policies differ from what is published: events are decided by v1." in page
    assert "Removed since v1: gone." in page
    assert all(mark in page for mark in ("new since v1", "changed since v1", "as published"))


def test_viewers_see_policies_in_words_and_change_nothing() -> None:
    policy = made.policy(kinds={"iban": "BLOCK"}, paths=[NAME_LINE])
    client = viewer()

    page = text(client, page_of(policy))

    assert "all of /data/people/*/name, as person name: REDACT" in page
    assert '{"' not in page
    assert client.post(page_of(policy), {"name": "mine"}).status_code == 403
    assert client.get(ADD).status_code == 403
    assert client.post(f"{POLICIES}{policy.pk}/delete/", {"post": "yes"}).status_code == 403


def test_others_do_not_see_them() -> None:
    assert logged_in("events.view_outboxentry").get(POLICIES).status_code == 403


def test_deleting_one_is_on_record_with_who() -> None:
    policy = made.policy()
    client = officer()

    client.post(f"{POLICIES}{policy.pk}/delete/", {"post": "yes"})

    assert not PiiPolicy.objects.exists()
    assert AuditRecord.objects.filter(act="pii_policy.deleted", by__startswith="user").exists()


def test_h43_markup_in_names_notes_and_places_is_text() -> None:
    evil = "<script>alert(1)</script>"
    policy = made.policy(evil, note=evil, paths=[{"path": f"/data/{evil.replace('/', '~1')}", "action": "LOG"}])
    client = officer()

    pages = [text(client, page) for page in (POLICIES, page_of(policy), f"{POLICIES}publish/", f"{POLICIES}preview/")]

    assert all("<script>alert" not in page for page in pages)
    assert "&lt;script&gt;" in pages[0]


def test_h43_a_form_without_its_token_is_refused() -> None:
    policy = made.policy()
    client = officer()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    for page in (page_of(policy), f"{POLICIES}publish/", f"{POLICIES}preview/check/"):
        assert strict.post(page, {"note": "x"}).status_code == 403
