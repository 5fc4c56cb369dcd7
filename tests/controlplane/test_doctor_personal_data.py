"""What the doctor says of personal data: policies that ingest can read, keys it can use, people who can publish."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from controlplane.doctor.finding import Level
from controlplane.doctor.personal_data import keys, policies
from events.models import PiiPolicySet
from events.pii.keys.background import make_missing
from tests.controlplane.test_doctor import only, wrong

pytestmark = pytest.mark.django_db
KEK = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="


def officer(name: str) -> None:
    User.objects.create_user(name).user_permissions.add(Permission.objects.get(codename="publish_piipolicy"))


def test_policies_of_a_newer_release_are_an_error() -> None:
    PiiPolicySet.objects.create(version=1, snapshot={"format": 99, "policies": []}, note="from tomorrow")

    only(policies, Level.ERROR, "no event is taken", "Upgrade this machine")


def test_four_eyes_take_two_people(settings: Any) -> None:
    settings.FOUR_EYES = ["policies"]
    officer("one")
    only(policies, Level.WARNING, "fewer than two people", "privacy officer")

    officer("two")

    assert wrong(policies) == []


def test_where_one_person_publishes_one_is_enough(settings: Any) -> None:
    settings.FOUR_EYES = []

    assert wrong(policies) == []


@pytest.mark.parametrize(("environment", "level"), [("development", Level.WARNING), ("production", Level.ERROR)])
def test_no_key_encryption_key_is_told(settings: Any, environment: str, level: Level) -> None:
    settings.ENVIRONMENT, settings.PII_KEK_PROVIDER, settings.PII_KEY_ENCRYPTION_KEYS = environment, "env", ""

    only(keys, level, "no key-encryption key", "manage.py keys status")


def test_keys_that_can_be_used_are_good(settings: Any) -> None:
    settings.PII_KEK_PROVIDER, settings.PII_KEY_ENCRYPTION_KEYS = "env", KEK
    make_missing()

    assert wrong(keys) == []


def test_a_key_that_cannot_be_unwrapped_is_an_error(settings: Any) -> None:
    settings.ENVIRONMENT, settings.PII_KEK_PROVIDER, settings.PII_KEY_ENCRYPTION_KEYS = "production", "env", KEK
    make_missing()
    settings.PII_KEY_ENCRYPTION_KEYS = KEK.replace("AQ", "BQ")

    found = wrong(keys)

    assert found
    assert {finding.level for finding in found} == {Level.ERROR}
