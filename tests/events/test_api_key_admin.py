"""API keys in the admin."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from events.api_keys import find_caller, issue_key
from events.models import ApiKey

pytestmark = pytest.mark.django_db
ADD = "/admin/events/apikey/add/"
LIST = "/admin/events/apikey/"


def test_a_new_key_shows_its_secret_once(admin_client: Client) -> None:
    response = admin_client.post(ADD, {"name": "billing", "tenant": "shop", "scopes": ["events:write", "operate"]})

    found = re.search(r'id="api-key-secret">([^<]+)<', response.content.decode())
    assert response.status_code == 200
    assert found is not None
    caller = find_caller(unescape(found[1]))
    assert caller is not None
    assert (caller.name, caller.tenant, caller.scopes) == ("billing", "shop", frozenset({"events:write", "operate"}))
    assert "no-store" in response["Cache-Control"]
    assert found[1] not in admin_client.get(LIST).content.decode()


def test_a_key_needs_known_scopes(admin_client: Client) -> None:
    response = admin_client.post(ADD, {"name": "billing", "tenant": "shop", "scopes": ["everything"]})

    assert response.status_code == 200
    assert not ApiKey.objects.exists()


def test_keys_are_revoked_by_an_action(admin_client: Client) -> None:
    key, secret = issue_key("billing", ["operate"])

    response = admin_client.post(LIST, {"action": "revoke", "_selected_action": [key.pk]}, follow=True)

    assert b"Revoked: 1." in response.content
    assert find_caller(secret) is None


def test_keys_are_neither_changed_nor_deleted(admin_client: Client) -> None:
    key, _ = issue_key("billing", ["operate"])

    changed = admin_client.post(f"{LIST}{key.pk}/change/", {"name": "x", "tenant": "x", "scopes": ["operate"]})
    deleted = admin_client.post(f"{LIST}{key.pk}/delete/", {"post": "yes"})

    key.refresh_from_db()
    assert (changed.status_code, deleted.status_code, key.name) == (403, 403, "billing")
    assert admin_client.get(f"{LIST}{key.pk}/change/").status_code == 200


def test_who_may_only_look_cannot_revoke(client: Client) -> None:
    key, secret = issue_key("billing", ["operate"])
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client.force_login(viewer)

    client.post(LIST, {"action": "revoke", "_selected_action": [key.pk]})

    assert find_caller(secret) is not None
