"""Keys, users, groups and periodic tasks: who may do what, and what runs when; no secret and no person's name."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from events.api_keys import Scope, ScopeNotHeldError, grant_key, issue_key, revoke_key
from events.models import ApiKey
from events.who import Caller
from tests.audit.records import acts, changed, everything, newest

pytestmark = pytest.mark.django_db
KEY = Caller(3, "deploy", "shop", frozenset({"events:read"}))
# Markers: none of them may be in a record.
NAME, EMAIL, PASSWORD = "ada-lovelace", "ada@example.com", "marker-Tr0ub4dor"
FORM = {"is_active": "on", "date_joined_0": "2027-01-01", "date_joined_1": "00:00:00"}


def somebody(**values: Any) -> User:
    return User.objects.create_user(NAME, EMAIL, PASSWORD, **values)


def save(client: Client, user: User, **values: Any) -> None:
    address = reverse("admin:auth_user_change", args=[user.pk])
    given = {"username": user.username, "email": user.email, **FORM, **values}
    assert client.post(address, {name: value for name, value in given.items() if value}).status_code == 302


def test_a_key_is_told_by_its_prefix_never_by_its_secret() -> None:
    key, secret = issue_key("Ada's laptop", [Scope.WRITE], "shop", by=KEY)
    issued = newest()
    assert revoke_key(key, by=KEY)
    assert not revoke_key(key, by=KEY)

    assert issued["after"] == {"prefix": key.prefix, "tenant": "shop", "scopes": ["events:write"]}
    assert (issued["subject"], issued["subject_id"], issued["tenant"]) == ("API key", str(key.pk), "shop")
    assert newest()["before"] == issued["after"]
    assert acts() == ["api_key.issued", "api_key.revoked"]
    for hidden in (secret, secret.rpartition("_")[2], key.digest, "Ada"):
        assert hidden not in everything()


def test_a_key_that_is_not_issued_leaves_no_record() -> None:
    with pytest.raises(ScopeNotHeldError):
        grant_key(KEY, "more", ["publish"])
    with pytest.raises(ValueError, match="everything"):
        issue_key("more", ["everything"])

    assert acts() == []
    assert not ApiKey.objects.exists()


def test_a_key_from_the_page_and_its_end_are_told_once(admin_client: Client) -> None:
    admin_client.post("/admin/events/apikey/add/", {"name": "billing", "tenant": "shop", "scopes": ["operate"]})
    key = ApiKey.objects.get()

    admin_client.post("/admin/events/apikey/", {"action": "revoke", "_selected_action": key.pk})

    assert acts() == ["api_key.issued", "api_key.revoked"]
    assert newest()["by"].startswith("user ")


def test_a_user_who_is_changed_is_told_by_number(admin_client: Client) -> None:
    user, group = somebody(), Group.objects.create(name="Deployers")
    permission = Permission.objects.get(codename="view_destination")

    save(
        admin_client,
        user,
        is_staff="on",
        groups=[group.pk],
        user_permissions=[permission.pk],
        email="other@example.com",
    )

    record = newest()
    assert (record["act"], record["subject_id"]) == ("user.changed", str(user.pk))
    told = changed()
    assert (told["staff"], told["groups"]) == ((False, True), ([], [group.pk]))
    assert told["permissions"] == ([], ["routing.view_destination"])
    assert (told["name_or_email_changed"], told["password_changed"]) == ((None, True), (None, False))
    assert acts() == ["user.changed"]
    for hidden in (NAME, EMAIL, "other@example.com"):
        assert hidden not in everything()


def test_a_user_is_made_given_a_password_and_deleted(admin_client: Client) -> None:
    passwords = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    admin_client.post("/admin/auth/user/add/", {"username": NAME, **passwords})
    user = User.objects.get(username=NAME)
    other = {"password1": f"{PASSWORD}!", "password2": f"{PASSWORD}!", "usable_password": "true"}

    admin_client.post(reverse("admin:auth_user_password_change", args=[user.pk]), other)
    admin_client.post(reverse("admin:auth_user_password_change", args=[user.pk]), {"password1": "x", "password2": "y"})
    admin_client.post(reverse("admin:auth_user_delete", args=[user.pk]), {"post": "yes"})

    assert not User.objects.filter(username=NAME).exists()
    assert acts() == ["user.created", "user.password_changed", "user.deleted"]
    assert newest()["subject_id"] == str(user.pk)
    for hidden in (NAME, PASSWORD, user.password):
        assert hidden not in everything()


def test_ones_own_new_password_is_told(admin_client: Client) -> None:
    passwords = {"old_password": "password", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert admin_client.get("/admin/password_change/").status_code == 200

    admin_client.post("/admin/password_change/", {**passwords, "old_password": "wrong"})
    assert admin_client.post("/admin/password_change/", passwords).status_code == 302

    assert acts() == ["user.password_changed"]
    assert newest()["by"] == f"user {newest()['subject_id']}"
    assert PASSWORD not in everything()


def test_a_group_and_a_selection_of_users_are_told_one_by_one(admin_client: Client) -> None:
    permission = Permission.objects.get(codename="view_destination")
    admin_client.post("/admin/auth/group/add/", {"name": "Deployers", "permissions": [permission.pk]})
    assert newest()["after"] == {"name": "Deployers", "permissions": ["routing.view_destination"]}
    users = [User.objects.create_user(f"{NAME}-{number}").pk for number in range(2)]

    admin_client.post(
        "/admin/auth/user/", {"action": "delete_selected", "_selected_action": users, "post": "yes"}
    )  # fmt: skip

    assert acts() == ["group.created", "user.deleted", "user.deleted"]
    assert not User.objects.filter(pk__in=users).exists()


def test_what_the_form_refuses_leaves_no_record(admin_client: Client) -> None:
    user = somebody()

    admin_client.post(reverse("admin:auth_user_change", args=[user.pk]), {"username": ""})
    admin_client.post("/admin/auth/group/add/", {"name": ""})

    assert acts() == []


def test_periodic_tasks_are_told_without_their_arguments(admin_client: Client) -> None:
    every = IntervalSchedule.objects.create(every=1, period="hours")
    form = {"name": "something", "task": "nothing", "interval": every.pk, "args": "[]", "priority": ""}
    admin_client.post("/admin/django_celery_beat/periodictask/add/", {**form, "kwargs": json.dumps({"key": PASSWORD})})
    task = PeriodicTask.objects.get(name="something")
    first = newest()

    for act in ("enable_tasks", "enable_tasks", "toggle_tasks"):
        admin_client.post("/admin/django_celery_beat/periodictask/", {"action": act, "_selected_action": task.pk})

    assert (first["act"], first["subject"]) == ("periodic_task.created", "periodic task")
    assert (first["after"]["schedule"], first["after"]["enabled"]) == ("every hour", False)
    assert acts() == ["periodic_task.created", "periodic_task.changed", "periodic_task.changed"]
    assert changed()["enabled"] == (True, False)
    assert PASSWORD not in everything()


def test_a_schedule_is_told_as_it_was_and_as_it_is(admin_client: Client) -> None:
    every = IntervalSchedule.objects.create(every=1, period="hours")
    address = reverse("admin:django_celery_beat_intervalschedule_change", args=[every.pk])

    admin_client.post(address, {"every": 2, "period": "hours"})

    assert changed() == {"every": (1, 2)}
