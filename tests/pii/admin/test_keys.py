"""The page of the keys: how they stand, for the privacy officer, and never what they are."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client

from controlplane.roles import ROLES, create_roles
from events.models import DataKey
from events.pii.keys.destroy import destroy
from events.pii.keys.rotate import rotate
from events.pii.keys.rows import ensure_keys
from tests.pii.admin.pages import KEYS, POLICIES, SETS, text, viewer

pytestmark = pytest.mark.django_db
PAGE = "/admin/events/datakey/"
PAGES = {
    "Policies": POLICIES, "Published policies": SETS, "Preview": f"{POLICIES}preview/", "Keys": PAGE,
}  # fmt: skip


def role(name: str) -> Client:
    create_roles(apps, "default")
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    client = Client()
    client.force_login(user)
    return client


def test_it_lists_the_versions_of_each_tenant_with_their_state() -> None:
    ensure_keys("shop")
    rotate("shop", by=None)

    page = text(viewer(KEYS), PAGE)

    assert all(said in page for said in ("shop", "In use", "Reads what it has encrypted", "Makes pseudonyms"))
    assert all(key_id in page for key_id in DataKey.objects.values_list("key_id", flat=True))


def test_no_bytes_of_a_key_are_on_any_page() -> None:
    ensure_keys("shop")
    client = viewer(KEYS)

    for key in DataKey.objects.all():
        page = client.get(f"{PAGE}{key.pk}/change/").content
        assert bytes(key.wrapped or b"") not in page
        assert bytes(key.wrapped or b"").hex().encode() not in page
        assert b"memory" not in page.split(b"main")[-1]


def test_a_key_leads_to_what_was_done_with_those_of_its_tenant() -> None:
    ensure_keys("shop")
    page = f"{PAGE}{DataKey.objects.filter(tenant='shop')[0].pk}/change/"
    address = "/admin/events/auditrecord/?subject=pii+keys&amp;subject_id=shop"

    assert address in text(viewer(KEYS, "events.view_auditrecord"), page)
    assert address not in text(viewer(KEYS, name="another"), page)


def test_destroyed_keys_stay_in_the_list() -> None:
    ensure_keys("shop")
    destroy("shop", by=None, reason="asked to")

    assert "Destroyed" in text(viewer(KEYS), PAGE)


def test_nobody_changes_one_there() -> None:
    ensure_keys("shop")
    key = DataKey.objects.first()
    assert key is not None
    client = viewer(KEYS, "events.change_datakey", "events.delete_datakey", "events.add_datakey")

    assert client.get(f"{PAGE}add/").status_code == 403
    assert client.post(f"{PAGE}{key.pk}/change/", {"state": "retired"}).status_code == 403
    assert client.post(f"{PAGE}{key.pk}/delete/", {"post": "yes"}).status_code == 403


def test_without_keys_it_says_how_they_come() -> None:
    assert "There are no keys yet" in text(viewer(KEYS), PAGE)


def test_the_privacy_officer_has_all_pages_of_personal_data_in_the_sidebar() -> None:
    client = role("Privacy officer")

    home = text(client, "/admin/")

    assert "Personal data" in home
    for title, address in PAGES.items():
        assert f'href="{address}"' in home, title
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", sorted({*ROLES} - {"Privacy officer"}))
def test_others_see_policies_and_no_keys(name: str) -> None:
    client = role(name)

    assert client.get(POLICIES).status_code == 200
    assert client.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in text(client, "/admin/")
    assert client.get(f"{POLICIES}publish/").status_code == 403
