"""What the roles may do with the schema registry, and how installations that had roles before it get that."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User

from controlplane.roles import OF_THE_REGISTRY, ROLES, create_roles, grant_later

pytestmark = pytest.mark.django_db
SEEN = {f"events.view_{model}" for model in OF_THE_REGISTRY}
EDITED = {f"events.{verb}_{model}" for verb in ("add", "change", "delete") for model in OF_THE_REGISTRY}


def held(role: str) -> set[str]:
    user, _ = User.objects.get_or_create(username=role)
    user.groups.set([Group.objects.get(name=role)])
    held = User.objects.get(pk=user.pk).get_all_permissions()
    return {one for one in held if one.split("_")[-1] in OF_THE_REGISTRY}


@pytest.fixture(autouse=True)
def _roles() -> None:
    create_roles(apps, "default")


def test_everybody_sees_editors_edit_and_approvers_activate() -> None:
    assert held("Viewer") == held("Operator") == held("Privacy officer") == SEEN
    assert held("Editor") == SEEN | EDITED
    assert held("Approver") == {*SEEN, "events.activate_schemaversion"}


def test_groups_that_were_there_before_the_registry_get_its_permissions_and_keep_their_own() -> None:
    editor = Group.objects.get(name="Editor")
    editor.permissions.set(editor.permissions.filter(codename="view_destination"))

    grant_later(apps, "default", OF_THE_REGISTRY)

    assert held("Editor") == SEEN | EDITED
    assert editor.permissions.filter(codename="view_destination").exists()
    assert not editor.permissions.filter(codename="change_destination").exists()


def test_groups_that_people_deleted_or_made_are_left_alone() -> None:
    Group.objects.get(name="Approver").delete()
    Group.objects.create(name="Auditors")

    grant_later(apps, "default", OF_THE_REGISTRY)

    assert set(Group.objects.values_list("name", flat=True)) == {*ROLES, "Auditors"} - {"Approver"}
    assert not Group.objects.get(name="Auditors").permissions.exists()
