"""H41: nobody alone publishes the routing rules that they changed themselves, where the settings ask for four eyes."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from events.publishing.errors import OwnChangesError
from events.publishing.publication import digest
from routing.models import RoutingRule
from routing.publish_table import approve, draft_snapshot, publish
from routing.rules import Target, save_rule
from tests.routing import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    author = User.objects.create_user("alice")
    destination = made.destination("nats")
    save_rule(RoutingRule(name="rule"), [Target(destination.pk)], expected=None, by=author)
    return author


def test_h41_who_changed_a_rule_needs_somebody_else(alice: User, settings: Any) -> None:
    settings.FOUR_EYES = ["tables"]
    seen = digest(draft_snapshot())
    with pytest.raises(OwnChangesError):
        publish(note="a test", by=alice, expected=seen)

    approve(note="looked at it", by=User.objects.create_user("bob"), expected=seen)

    assert publish(note="a test", by=alice, expected=seen).version == 1


def test_four_eyes_for_policies_do_not_ask_for_them_here(alice: User, settings: Any) -> None:
    settings.FOUR_EYES = ["policies"]

    assert publish(note="a test", by=alice).version == 1
