"""An event's page says which schema version decided about it, and how."""

import json
from typing import Any

import pytest

from events.models import OutboxEntry
from tests.routing import made as routed
from tests.schemas.admin.pages import text, viewer
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def page_of(**event: Any) -> str:
    entry: OutboxEntry = routed.entry(**event)
    return text(viewer("events.view_outboxentry"), f"/admin/events/outboxentry/{entry.pk}/change/")


def test_an_event_that_fits_names_its_version() -> None:
    version = made.active(made.event_type())

    page = page_of(type=made.NAME, data='{"order": "a"}')

    assert f'href="/admin/events/schemaversion/{version.pk}/change/">version 1.0.0</a>' in page


def test_one_that_was_let_in_all_the_same_says_where_it_does_not_fit() -> None:
    made.active(made.event_type(on_invalid="flag"))

    page = page_of(type=made.NAME, data='{"order": 7}')

    assert "let in all the same" in page
    assert "<code>/order</code>" in page


def test_one_that_came_as_a_legacy_type_says_so() -> None:
    made.legacy_type("shop.order").save()

    page = page_of(type="shop.order", data='{"order": "a"}')

    assert "<code>shop.order</code>, a legacy type" in page


def test_one_that_was_migrated_says_from_what() -> None:
    row = made.event_type(migrate="older")
    made.active(row)
    made.active(row, made.DEFAULTED, migration_up=made.SET_TOTAL)

    page = page_of(type=made.NAME, data='{"order": "a"}', extensions={"schemaversion": "1.0.0"})

    assert "on arrival, from version 1.0.0" in page


def test_one_without_a_schema_says_why() -> None:
    made.event_type()

    assert "its type had no schema version yet" in page_of(type=made.NAME, data=json.dumps({}))


def test_one_of_an_unknown_type_says_so(settings: Any) -> None:
    settings.UNKNOWN_EVENT_TYPES = "accept"

    assert "its type is not registered" in page_of(type="com.nobody.knows", data="{}")
