"""Keys are there before the first event needs one."""

import pytest
from pytest_django import Settings

from events.models import DataKey
from events.tasks import make_missing_keys
from tests.pii.keys.conftest import SECOND

pytestmark = pytest.mark.django_db


def test_the_periodic_task_makes_what_is_missing_and_nothing_twice() -> None:
    make_missing_keys()
    made = DataKey.objects.count()

    make_missing_keys()

    assert made > 0
    assert DataKey.objects.count() == made


def test_without_a_key_encryption_key_it_makes_none(settings: Settings) -> None:
    settings.PII_KEY_ENCRYPTION_KEYS = ""

    make_missing_keys()

    assert not DataKey.objects.exists()


def test_one_that_is_no_key_is_told_and_ends_nothing(settings: Settings) -> None:
    settings.PII_KEY_ENCRYPTION_KEYS = SECOND[:8]

    make_missing_keys()

    assert not DataKey.objects.exists()
