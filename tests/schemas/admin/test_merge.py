import json
from typing import Any

import pytest

from events.models import EventType, SchemaVersion
from tests.routing.made import logged_in
from tests.schemas.admin.pages import VERSIONS, editor, text, viewer
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db
MERGE = f"{VERSIONS}merge/"
TITLED = {**made.ORDER, "title": "An order"}
CLOSED = {**made.ORDER, "properties": {"order": {"type": "string"}}}


def pasted(base: Any, ours: Any, theirs: Any) -> dict[str, str]:
    return {"base_text": json.dumps(base), "ours_text": json.dumps(ours), "theirs_text": json.dumps(theirs)}


def branched() -> tuple[EventType, dict[str, int]]:
    """A type whose active version was widened by one draft and given a title by another."""
    row = made.event_type()
    base = made.active(row)
    ours, theirs = made.draft(row, made.WIDER), made.draft(row, TITLED)
    return row, {"base_version": base.pk, "ours_version": ours.pk, "theirs_version": theirs.pk}


def test_the_branches_of_a_type_are_chosen_beforehand() -> None:
    row, versions = branched()

    form = viewer().get(f"{MERGE}?event_type={row.pk}").context["form"]

    assert form.initial["base_version"] == versions["base_version"]
    assert {form.initial["ours_version"], form.initial["theirs_version"]} == {
        versions["ours_version"], versions["theirs_version"]
    }  # fmt: skip


def test_what_both_changed_apart_goes_together_by_itself() -> None:
    row, versions = branched()

    merged = viewer().post(f"{MERGE}?event_type={row.pk}", versions).context["merged"]

    assert merged.conflicts == []
    assert json.loads(merged.text) == {**made.WIDER, "title": "An order"}


def test_conflicts_are_shown_with_all_three_sides() -> None:
    response = viewer().post(MERGE, pasted(made.ORDER, made.WIDER, CLOSED))

    [conflict] = response.context["merged"].conflicts
    assert (conflict["path"], conflict["resolution"]) == ("/properties/total", "open")
    assert (conflict["base"], conflict["theirs"]) == ('{"type": "integer"}', "")
    marked = [{mark for _, mark in column.lines} for column in response.context["merged"].columns]
    assert all("conflict" in marks for marks in marked)


def test_the_result_is_saved_as_a_draft_as_it_was_mended() -> None:
    row, versions = branched()
    typed = {"_save": "1", "merged": json.dumps(made.WIDER), "why": "both"}

    response = editor().post(f"{MERGE}?event_type={row.pk}", {**versions, **typed})

    draft = row.versions.latest("pk")
    assert response["Location"] == f"{VERSIONS}{draft.pk}/change/"
    assert (draft.verdict, draft.note, draft.status) == ("backward_compatible", "both", "draft")


def test_pasted_texts_are_saved_as_a_draft_of_a_type_that_is_chosen() -> None:
    row = made.event_type()
    texts = pasted(made.ORDER, made.WIDER, TITLED)

    editor().post(MERGE, {**texts, "_save": "1", "merged": json.dumps(TITLED), "of": str(row.pk)})

    assert row.versions.get().version == "1.0.0"


def test_what_cannot_be_saved_is_told_and_stays_as_it_was_mended() -> None:
    row, versions = branched()

    response = editor().post(f"{MERGE}?event_type={row.pk}", {**versions, "_save": "1", "merged": '{"type": 7}'})

    assert response.context["wrong"]
    assert response.context["text"] == '{"type": 7}'
    assert response.context["merged"].conflicts == []


@pytest.mark.parametrize("ours", ["", "{", '{"$ref": "file:///etc/passwd"}', "[" * 10_000])
def test_what_is_no_schema_is_an_error_of_its_side(ours: str) -> None:
    """H20, H27."""
    response = viewer().post(MERGE, {**pasted({}, {}, {}), "ours_text": ours})

    assert list(response.context["form"].errors) == ["ours_text"]
    assert response.context["merged"] is None


def test_markup_is_text() -> None:
    """H43."""
    hostile = {"properties": {"</script><b>": {"const": "<img>"}}}

    page = viewer().post(MERGE, pasted({}, hostile, {"properties": {"</script><b>": {"const": 1}}})).content.decode()

    assert "<img>" not in page
    assert "</script><b>" not in page


def test_only_who_may_write_drafts_saves() -> None:
    row, versions = branched()

    response = viewer().post(f"{MERGE}?event_type={row.pk}", {**versions, "_save": "1", "merged": "true"})

    assert response.status_code == 403
    assert SchemaVersion.objects.count() == 3
    assert "_save" not in text(viewer(name="other"), f"{MERGE}?event_type={row.pk}")
    assert logged_in("events.view_eventtype").get(MERGE).status_code == 403
