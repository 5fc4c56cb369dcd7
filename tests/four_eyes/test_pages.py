"""Four eyes in the admin: the page says who must look, and takes an approval."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from events.models import AuditRecord, PiiPolicy, PiiPolicySet
from events.pii.publishing.drafts import save_policy
from tests.pii.admin.pages import POLICIES, officer, text

pytestmark = pytest.mark.django_db
PAGE = f"{POLICIES}publish/"


@pytest.fixture(autouse=True)
def four_eyes(settings: Any) -> None:
    settings.FOUR_EYES = ["policies"]


@pytest.fixture
def alice() -> Client:
    """Who changed a policy."""
    client = officer(name="alice")
    save_policy(PiiPolicy(name="p"), expected=None, by=User.objects.get(username="alice"))
    return client


def post(client: Client, **values: Any) -> Any:
    return client.post(PAGE, {**dict(client.get(PAGE).context["hidden"]), "note": "as it should be", **values})


def test_an_only_author_is_told_to_ask_somebody_else(alice: Client) -> None:
    page = text(alice, PAGE)

    assert "Changed since the last publication by alice." in page
    assert "Ask somebody else" in page
    assert 'name="note"' not in page


def test_h41_a_second_tab_does_not_get_around_it(alice: Client) -> None:
    response = post(alice)

    assert "somebody else must approve or publish" in response.content.decode()
    assert not PiiPolicySet.objects.exists()
    assert AuditRecord.objects.filter(act="pii_policies.refused").count() == 1


def test_h41_nor_does_the_button_that_approves(alice: Client) -> None:
    assert "somebody else must approve them" in post(alice, approve="1").content.decode()
    assert not AuditRecord.objects.filter(act="pii_policies.approved").exists()


def test_somebody_else_may_publish_or_approve_only(alice: Client) -> None:
    page = text(officer(name="bob"), PAGE)

    assert ">Publish</button>" in "".join(page.split("\n"))
    assert "Approve only" in page


def test_after_an_approval_the_author_publishes(alice: Client) -> None:
    approval = post(officer(name="bob"), approve="1")

    page = text(alice, PAGE)
    response = post(alice)

    assert approval["Location"] == POLICIES
    assert "Approved as it is now by bob." in page
    assert response["Location"].endswith("/1/change/")


def test_where_it_is_not_asked_for_the_page_is_as_ever(alice: Client, settings: Any) -> None:
    settings.FOUR_EYES = []

    page = text(alice, PAGE)

    assert "Approve only" not in page
    assert "four eyes" not in page
    assert post(alice)["Location"].endswith("/1/change/")
