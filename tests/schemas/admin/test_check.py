"""What stands beside the editor while somebody types."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from events.models import EventType, SchemaVersion
from tests.schemas.admin.pages import VERSIONS, editor, viewer
from tests.schemas.registry import made

NAMED = {**made.DEFAULTED, "properties": {**made.ORDER["properties"], "total": {"type": "integer", "default": 7}}}

pytestmark = pytest.mark.django_db


def checked(of: EventType, schema: Any, client: Client | None = None, **typed: Any) -> str:
    text = schema if isinstance(schema, str) else json.dumps(schema, indent=1)
    given = {"draft": text, "policy": "strict", **typed}
    response = (client or editor()).post(f"{VERSIONS}check/?event_type={of.pk}", given)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def row() -> EventType:
    of = made.event_type()
    made.active(of)
    return of


def test_it_says_the_verdict_and_proposes_the_number(row: EventType) -> None:
    shown = checked(row, made.WIDER)

    assert "backward compatible" in shown
    assert 'data-sr-proposed="1.1.0"' in shown


def test_it_shows_an_event_that_would_be_refused(row: EventType) -> None:
    shown = checked(row, made.OTHER)

    assert "An event that is valid under 1.0.0 and not under this draft" in shown
    assert "&quot;order&quot;" in shown


def test_a_change_leads_to_its_line(row: EventType) -> None:
    shown = checked(row, made.OTHER)

    line = json.dumps(made.OTHER, indent=1).splitlines().index('  "order": {') + 1
    assert re.search(rf'data-sr-line="{line}|{line + 1}"', shown)


def test_a_number_that_does_not_fit_can_be_replaced(row: EventType) -> None:
    shown = checked(row, made.OTHER, version="1.0.1")

    assert 'data-sr-use-number="2.0.0"' in shown


def test_a_derivable_migration_is_offered(row: EventType) -> None:
    shown = checked(row, NAMED)

    assert "migration required" in shown
    assert 'data-sr-fill="migration_up"' in shown


def test_a_declared_migration_that_fits_says_so(row: EventType) -> None:
    shown = checked(row, made.DEFAULTED, migration_up=json.dumps(made.SET_TOTAL))

    assert "tried on generated events: all fit" in shown


@pytest.mark.parametrize("declared", ['[{"op": "remove", "path": "/total"}]', "[{"])
def test_in_place_of_a_migration_that_does_not_do_the_derived_one_is_offered(row: EventType, declared: str) -> None:
    shown = checked(row, NAMED, migration_up=declared)

    assert "/migration_up" in shown
    assert 'data-sr-fill="migration_up"' in shown


def test_a_migration_that_cannot_be_read_is_told_while_the_rest_is(row: EventType) -> None:
    shown = checked(row, made.WIDER, migration_up="[{")

    assert "/migration_up" in shown
    assert "backward compatible" in shown


@pytest.mark.parametrize("draft", ["", "{", "[" * 100_000, '{"type": 7}', '{"$ref": "http://example.com/x"}'])
def test_a_draft_in_the_making_is_no_error_of_the_page(row: EventType, draft: str) -> None:
    """H20, H27."""
    shown = checked(row, draft)

    assert "data-sr-use-number" not in shown


def test_markup_in_a_schema_is_text(row: EventType) -> None:
    """H43."""
    schema = {**made.ORDER, "required": ["<img src=x>"], "properties": {"<img src=x>": {"const": "</pre><script>"}}}

    shown = checked(row, schema, version="<b>1")

    assert "<img" not in shown
    assert "<script" not in shown
    assert "<b>1" not in shown


def test_nothing_is_saved(row: EventType) -> None:
    draft = made.draft(row, made.SAME)
    client = editor()

    response = client.post(f"{VERSIONS}check/?id={draft.pk}", {"draft": "true", "policy": "strict", "version": "9.0.0"})

    assert response.status_code == 200
    assert made.stored(draft).version == draft.version
    assert SchemaVersion.objects.count() == 2


def test_a_conflict_is_told_before_anybody_saves(row: EventType) -> None:
    """H47."""
    draft = made.draft(row, made.SAME)

    shown = editor().post(
        f"{VERSIONS}check/?id={draft.pk}", {"draft": "true", "policy": "strict", "shown_revision": "0"}
    )

    assert "Somebody else has saved this draft" in shown.content.decode()


def test_only_who_may_write_drafts_may_ask(row: EventType) -> None:
    draft = made.draft(row, made.SAME)
    client = viewer()

    assert client.post(f"{VERSIONS}check/?event_type={row.pk}", {"draft": "true"}).status_code == 403
    assert client.post(f"{VERSIONS}check/?id={draft.pk}", {"draft": "true"}).status_code == 403


def test_it_is_asked_by_post_with_a_token(row: EventType) -> None:
    """H43."""
    client = editor()
    strict = Client(
        enforce_csrf_checks=True, headers={"cookie": "; ".join(f"{k}={v.value}" for k, v in client.cookies.items())}
    )

    assert client.get(f"{VERSIONS}check/?event_type={row.pk}").status_code == 405
    assert strict.post(f"{VERSIONS}check/?event_type={row.pk}", {"draft": "true"}).status_code == 403


@pytest.mark.parametrize("query", ["", "event_type=0", "event_type=x", "event_type=99999999999999999999"])
def test_a_type_that_is_not_there_is_not_found(query: str) -> None:
    assert editor().post(f"{VERSIONS}check/?{query}", {"draft": "true"}).status_code == 404
