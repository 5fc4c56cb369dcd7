"""The editor of a draft: begun from a version, saved by the act, conflicts told, and what it means beside it."""

import json
from typing import Any

import pytest
from django.test import Client

from events.models import EventType, SchemaVersion
from events.schemas.registry.activate import activate
from events.schemas.registry.read import schema_of
from events.schemas.registry.versions import save_draft
from tests.routing.made import logged_in
from tests.schemas.admin.pages import ACTIVATE, VERSIONS, editor, opened, text, viewer
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def add(of: EventType, *more: str) -> str:
    return f"{VERSIONS}add/?{'&'.join((f'event_type={of.pk}', *more))}"


def page_of(version: SchemaVersion) -> str:
    return f"{VERSIONS}{version.pk}/change/"


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = response.context["adminform"].form.errors
    return found


def drafts(of: EventType) -> list[SchemaVersion]:
    return list(of.versions.filter(status="draft"))


def test_a_draft_begins_with_the_choice_of_its_type() -> None:
    row = made.event_type()

    page = text(editor(), f"{VERSIONS}add/")

    assert f'<option value="{row.pk}">{row.name}</option>' in page


def test_without_types_it_says_where_to_begin() -> None:
    assert "load_catalogue" in text(editor(), f"{VERSIONS}add/")


def test_the_first_draft_is_numbered_by_itself() -> None:
    row = made.event_type()
    client = editor()

    client.post(add(row), {**opened(client, add(row)), "draft": "true\r\n"})

    [version] = drafts(row)
    assert (version.version, version.draft, version.created_by) == ("1.0.0", "true\n", client_user(client))


def client_user(client: Client) -> Any:
    return client.get(VERSIONS).context["user"]


def test_a_new_draft_begins_with_the_active_schema() -> None:
    row = made.event_type()
    made.active(row)

    form = opened(editor(), add(row))

    assert json.loads(form["draft"]) == made.ORDER
    assert not form.get("ancestor")


def test_or_with_that_of_the_version_it_is_made_from() -> None:
    row = made.event_type()
    old = made.active(row)
    made.active(row, made.WIDER)

    form = opened(editor(), add(row, f"from={old.pk}"))

    assert json.loads(form["draft"]) == made.ORDER


def test_a_save_compares_and_gives_the_number_that_fits() -> None:
    row = made.event_type()
    made.active(row)
    client = editor()

    response = client.post(add(row), {**opened(client, add(row)), "draft": json.dumps(made.WIDER)}, follow=True)

    [version] = drafts(row)
    assert (version.version, version.verdict) == ("1.1.0", "backward_compatible")
    assert "backward compatible with 1.0.0" in response.content.decode()


@pytest.mark.parametrize(
    ("draft", "message"),
    [
        ('{"type": "object",}', "line 1"),
        ('{\n"properties": {\n"a": {"pattern": "(?=x)"}}}', "line 3"),
        ('{\n"properties": {"a": {"$ref": "file:///etc/passwd"}}}', "line 2"),
        ('{"a": 1, "a": 2}', "same key twice"),
    ],
)
def test_what_is_no_schema_is_refused_with_its_line(draft: str, message: str) -> None:
    """H20, H24, H27."""
    row = made.event_type()
    client = editor()

    response = client.post(add(row), {**opened(client, add(row)), "draft": draft})

    assert message in " ".join(errors(response)["draft"])
    assert response.context["adminform"].form["draft"].value() == draft
    assert not drafts(row)


def test_a_number_that_is_too_small_is_refused() -> None:
    row = made.event_type()
    made.active(row)
    client = editor()
    form = {**opened(client, add(row)), "draft": json.dumps(made.OTHER), "version": "1.0.1"}

    response = client.post(add(row), form)

    assert "major" in errors(response)["version"][0]


def test_a_migration_that_does_not_do_is_refused_at_its_step() -> None:
    row = made.event_type()
    made.active(row)
    client = editor()
    steps = json.dumps([{"op": "fly", "path": "/total"}])
    form = {**opened(client, add(row)), "draft": json.dumps(made.DEFAULTED), "migration_up": steps}

    response = client.post(add(row), form)

    assert "/0/op" in errors(response)["migration_up"][0]


def test_the_second_of_two_people_is_told_and_sees_how_the_texts_differ() -> None:
    """H47."""
    version = made.draft(made.event_type())
    one, other = editor(name="one"), editor(name="other")
    first, second = opened(one, page_of(version)), opened(other, page_of(version))

    one.post(page_of(version), {**first, "draft": json.dumps(made.WIDER)})
    late = other.post(page_of(version), {**second, "draft": json.dumps(made.OTHER), "note": "<b>mine"})

    [told] = late.context["adminform"].form.non_field_errors()
    assert "Nothing was overwritten" in told
    assert late.context["difference"].new.text == json.dumps(made.OTHER)
    assert late.context["difference"].old.text == json.dumps(made.WIDER)
    assert "&lt;b&gt;mine" in late.content.decode()
    assert json.loads(made.stored(version).draft or "") == made.WIDER


def test_whoever_was_editing_it_when_it_was_activated_loses_nothing() -> None:
    """H47."""
    row = made.event_type()
    version = made.draft(row)
    client = editor()
    form = opened(client, page_of(version))
    activate(version, note="", expected=1, by=None)

    late = client.post(page_of(version), {**form, "draft": json.dumps(made.WIDER)})

    assert late.context["typed"] == json.dumps(made.WIDER)
    assert schema_of(made.stored(version)) == made.ORDER
    again = client.post(add(row), {"draft": late.context["typed"], "policy": "strict", "note": ""})
    assert (again.status_code, [one.verdict for one in drafts(row)]) == (302, ["backward_compatible"])


def test_from_the_editor_it_goes_on_to_activation_for_who_may() -> None:
    version = made.draft(made.event_type())

    for client, goal in ((editor(ACTIVATE, name="one"), "/activate/"), (editor(name="other"), "/change/")):
        response = client.post(page_of(version), {**opened(client, page_of(version)), "_activate": "1"})
        assert response["Location"].endswith(goal)


def test_who_may_only_look_gets_a_page_to_read() -> None:
    version = made.draft(made.event_type())

    page = text(viewer(), page_of(version))

    assert "&quot;additionalProperties&quot;" in page
    assert "<textarea" not in page


def test_what_was_activated_is_read_only_even_for_who_may_edit() -> None:
    version = made.active(made.event_type())

    page = text(editor(ACTIVATE), page_of(version))

    assert "<textarea" not in page
    assert "New draft from it" in page


def test_a_draft_is_deleted_and_what_was_activated_is_not() -> None:
    row = made.event_type()
    active, draft = made.active(row), made.draft(row, made.SAME)
    client = editor()

    statuses = [client.post(f"{VERSIONS}{one.pk}/delete/", {"post": "yes"}).status_code for one in (active, draft)]

    assert statuses == [403, 302]
    assert list(row.versions.all()) == [active]


def test_the_list_takes_no_more_queries_when_it_is_longer(django_assert_max_num_queries: Any) -> None:
    row = made.event_type()
    for number in range(12):
        made.active(row, {**made.ORDER, "title": f"title {number}"})

    client = viewer()
    with django_assert_max_num_queries(14):
        text(client, VERSIONS)


def test_nobody_writes_a_draft_without_permission() -> None:
    row = made.event_type()
    client = viewer()

    assert client.get(add(row)).status_code == 403
    assert client.post(add(row), {"draft": "true", "policy": "strict"}).status_code == 403
    assert logged_in("events.view_eventtype").get(VERSIONS).status_code == 403


def test_another_save_meanwhile_by_a_program_is_a_conflict_too() -> None:
    version = made.draft(made.event_type())
    client = editor()
    form = opened(client, page_of(version))
    save_draft(made.stored(version), "false", expected=1, by=None)

    late = client.post(page_of(version), form)

    assert late.status_code == 200
    assert made.stored(version).draft == "false"
