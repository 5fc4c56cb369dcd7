"""What the roles may do about personal data, and how installations that had roles before it get that."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User

from controlplane.roles import OF_PII, create_roles, grant_later

pytestmark = pytest.mark.django_db
SEEN = {"events.view_piipolicy", "events.view_piipolicyset"}
ACTS = {f"events.{act}_piipolicy" for act in ("add", "change", "delete", "publish")} | {"events.reveal_pii"}


def held(role: str) -> set[str]:
    user, _ = User.objects.get_or_create(username=role)
    user.groups.set([Group.objects.get(name=role)])
    return {one for one in User.objects.get(pk=user.pk).get_all_permissions() if "pii" in one}


@pytest.fixture(autouse=True)
def _roles() -> None:
    create_roles(apps, "default")


def test_everybody_sees_policies_and_only_the_privacy_officer_changes_publishes_and_reveals() -> None:
    assert held("Viewer") == held("Operator") == held("Editor") == held("Approver") == SEEN
    assert held("Privacy officer") == SEEN | ACTS


def test_groups_that_were_there_before_get_the_permissions_and_keep_their_own() -> None:
    officer = Group.objects.get(name="Privacy officer")
    officer.permissions.set(officer.permissions.filter(codename="view_destination"))

    grant_later(apps, "default", OF_PII)

    assert held("Privacy officer") == SEEN | ACTS
    assert officer.permissions.filter(codename="view_destination").exists()
    assert not officer.permissions.filter(codename="view_routingrule").exists()
