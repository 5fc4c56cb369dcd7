import json
from typing import Any
from uuid import UUID

import pytest

from events.models import EventType, SchemaVersion
from events.schemas.admin.activation import grouped
from events.schemas.documents.faults import Fault
from events.schemas.registry.consequences import Sample
from tests.routing import made as routed
from tests.schemas.admin.pages import ACTIVATE, VERSIONS, editor, text, viewer
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def page(version: SchemaVersion, act: str = "activate") -> str:
    return f"{VERSIONS}{version.pk}/{act}/"


def hidden(client: Any, address: str) -> dict[str, Any]:
    return dict(client.get(address).context["hidden"])


def status(version: SchemaVersion) -> str:
    return made.stored(version).status


def test_activation_takes_the_place_of_the_active_version() -> None:
    row = made.event_type()
    former, draft = made.active(row), made.draft(row, made.WIDER)
    client = viewer(ACTIVATE)

    response = client.post(page(draft), {**hidden(client, page(draft)), "note": "wider"})

    assert response.status_code == 302
    assert (status(former), status(draft)) == ("deprecated", "active")
    assert made.stored(draft).activation_note == "wider"


def test_it_says_how_many_stored_events_would_fail_and_where_but_no_value() -> None:
    row = made.event_type(on_invalid="flag")
    made.active(row)
    entry = routed.entry(type=row.name, data=json.dumps({"order": "secret-7"}))
    routed.entry(type=row.name, data=json.dumps({"order": "secret-8", "total": 1}))
    draft = made.draft(row, made.DEFAULTED)

    shown = text(viewer(ACTIVATE, "events.view_outboxentry"), page(draft))

    assert "1 of the last 2 stored events" in shown
    assert f"?q={entry.uuid}" in shown
    assert "total" in shown
    assert "secret-" not in shown


def test_of_an_incompatible_one_it_asks_why() -> None:
    row = made.event_type()
    made.active(row)
    draft = made.draft(row, made.OTHER)
    client = viewer(ACTIVATE)
    seen = hidden(client, page(draft))

    refused = client.post(page(draft), {**seen, "note": " "})

    assert "note" in refused.context["form"].errors
    assert status(draft) == "draft"
    assert client.post(page(draft), {**seen, "note": "orders are numbers now"}).status_code == 302


def test_what_was_saved_since_the_page_that_asks_is_not_activated() -> None:
    """H47."""
    draft = made.draft(made.event_type())
    client = viewer(ACTIVATE)
    seen = hidden(client, page(draft))
    SchemaVersion.objects.filter(pk=draft.pk).update(revision=7)

    late = client.post(page(draft), {**seen, "note": ""})

    assert "somebody changed it meanwhile" in late.content.decode()
    assert status(draft) == "draft"
    assert client.post(page(draft), {**dict(late.context["hidden"]), "note": ""}).status_code == 302


def test_a_draft_that_was_compared_with_another_version_says_what_to_do() -> None:
    row = made.event_type()
    made.active(row)
    draft = made.draft(row, made.SAME, "1.5.0")
    made.active(row, made.WIDER)

    client = viewer(ACTIVATE)
    shown = text(client, page(draft))

    assert "choose 1.1.0 to compare it with" in shown
    assert client.get(page(draft)).context["nothing_to_do"]
    assert client.post(page(draft), {"revision": "1", "note": "now"}).status_code == 200
    assert status(draft) == "draft"


def test_retiring_and_taking_it_back() -> None:
    row = made.event_type()
    old = made.active(row)
    made.active(row, made.WIDER)
    client = viewer(ACTIVATE)

    for act, becomes in (("retire", "retired"), ("unretire", "deprecated")):
        client.post(page(old, act), {**hidden(client, page(old, act)), "note": ""})
        assert status(old) == becomes


def test_the_active_one_is_retired_with_a_reason_only() -> None:
    active = made.active(made.event_type())
    client = viewer(ACTIVATE)

    refused = client.post(page(active, "retire"), hidden(client, page(active, "retire")))

    assert "note" in refused.context["form"].errors
    assert status(active) == "active"


@pytest.mark.parametrize("act", ["activate", "retire", "unretire"])
def test_only_who_may_activate_does(act: str) -> None:
    version = made.draft(made.event_type())

    assert editor().get(page(version, act)).status_code == 403
    assert editor(name="other").post(page(version, act), {"revision": "1"}).status_code == 403


@pytest.mark.parametrize(("act", "active"), [("activate", True), ("retire", False), ("unretire", True)])
def test_what_cannot_be_done_leads_back_to_the_version(act: str, active: bool) -> None:
    row: EventType = made.event_type()
    version = made.active(row) if active else made.draft(row)

    response = viewer(ACTIVATE).get(page(version, act))

    assert response["Location"] == f"{VERSIONS}{version.pk}/change/"


def test_faults_are_shown_once_with_the_events_that_have_them() -> None:
    rare, common = Fault("/a", "type", "must be a string"), Fault("", "required", "must have b")
    one, two = UUID(int=1), UUID(int=2)

    found = grouped([Sample(one, [rare, common, common]), Sample(two, [common])])

    assert found == [(common, [one, two]), (rare, [one])]
