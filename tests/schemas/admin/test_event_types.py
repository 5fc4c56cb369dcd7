import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import EventType, SchemaVersion
from events.schemas.registry.activate import retire
from tests.routing.made import logged_in
from tests.schemas.admin.pages import ACTIVATE, EDIT, TYPES, VERSIONS, VIEW, editor, opened, text, viewer
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db

NEW = {
    "name": "com.example.order.placed", "criticality": "standard", "allowed": "on", "on_invalid": "refuse",
    "data_version": "read", "migrate": "never",
}  # fmt: skip


def page_of(row: EventType) -> str:
    return f"{TYPES}{row.pk}/change/"


def test_a_type_is_added_and_its_page_asks_for_the_first_draft() -> None:
    response = editor().post(f"{TYPES}add/", {**NEW, "owner": "shop", "category": "orders"}, follow=True)

    row = EventType.objects.get()
    assert (row.name, row.owner, row.revision) == (NEW["name"], "shop", 1)
    assert response.redirect_chain[-1][0] == page_of(row)
    assert "Write the first draft" in response.content.decode()


def test_what_the_act_refuses_is_an_error_of_its_field() -> None:
    made.event_type(NEW["name"])

    response = editor().post(f"{TYPES}add/", NEW)

    assert "name" in response.context["adminform"].form.errors
    assert EventType.objects.count() == 1


def test_a_reason_is_for_a_type_that_is_blocked() -> None:
    response = editor().post(f"{TYPES}add/", {**NEW, "blocked_reason": "ask the shop"})

    assert "blocked_reason" in response.context["adminform"].form.errors


def test_the_second_of_two_people_is_told_what_changed_and_keeps_what_they_typed() -> None:
    """H47."""
    row = made.event_type(owner="shop")
    one, other = editor(name="one"), editor(name="other")
    first, second = opened(one, page_of(row)), opened(other, page_of(row))

    one.post(page_of(row), {**first, "owner": "billing"})
    late = other.post(page_of(row), {**second, "category": "orders"})

    [told] = late.context["adminform"].form.non_field_errors()
    assert "Owner: shop &rarr; billing" in told
    assert 'value="orders"' in late.content.decode()
    assert EventType.objects.get().category == ""


def test_the_list_shows_the_active_version_and_the_drafts_that_wait() -> None:
    row = made.event_type()
    active = made.active(row)
    draft = made.draft(row, made.SAME)

    page = text(viewer(), TYPES)

    assert f"/admin/events/schemaversion/{active.pk}/change/" in page
    assert f"/admin/events/schemaversion/{draft.pk}/change/" in page


def test_it_narrows_to_types_without_an_active_version_and_to_those_with_drafts() -> None:
    for name in ("com.bare", "com.drafted", "com.active"):
        made.event_type(name)
    made.draft(EventType.objects.get(name="com.drafted"))
    made.active(EventType.objects.get(name="com.active"))

    def listed(choice: str) -> list[str]:
        found = viewer(name=choice).get(f"{TYPES}?versions={choice}").context["cl"].result_list
        return [row.name for row in found]

    assert listed("none") == ["com.bare", "com.drafted"]
    assert listed("drafts") == ["com.drafted"]
    assert listed("active") == ["com.active"]


def test_a_longer_list_takes_no_more_queries() -> None:
    client = viewer()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text(client, TYPES)
        return len(captured)

    made.active(made.event_type("com.first"))
    before = queries()
    for number in range(8):
        row = made.event_type(f"com.type{number}")
        made.active(row)
        made.draft(row, made.SAME)

    assert queries() == before


def test_an_empty_list_says_what_to_do_next() -> None:
    assert "manage.py load_catalogue" in text(viewer(), TYPES)


def test_the_page_tells_the_history_newest_first() -> None:
    row = made.event_type()
    made.active(row, note="the first")
    made.active(row, made.SAME, note="a title")
    made.draft(row, made.SAME, "1.0.2", note="a third")

    page = text(viewer(), page_of(row))

    assert page.index(">1.0.2<") < page.index(">1.0.1<") < page.index(">1.0.0<")
    assert page.index("a third") < page.index("a title") < page.index("the first")


def test_a_longer_history_takes_no_more_queries() -> None:
    row = made.event_type()
    client = editor(ACTIVATE)
    made.active(row)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, page_of(row))
        return len(captured)

    before = queries()
    for number in range(15):
        made.active(row, {**made.ORDER, "title": f"title {number}"})

    assert queries() == before


def test_who_may_not_draft_or_activate_is_not_offered_it() -> None:
    row = made.event_type()
    made.draft(row)

    page = text(viewer(), page_of(row))

    assert "New draft" not in page
    assert "/activate/" not in page


def test_who_may_not_see_versions_sees_the_type_alone() -> None:
    row = made.event_type()
    made.draft(row)

    page = text(logged_in("events.view_eventtype"), page_of(row))

    assert "Versions of its schema" not in page


def test_the_palette_finds_a_type_by_a_part_of_its_name() -> None:
    row = made.event_type()

    assert page_of(row) in text(viewer(), "/admin/search/?s=order.pl")
    assert page_of(row) not in text(logged_in("events.view_legacytype"), "/admin/search/?s=order.pl")


@pytest.mark.parametrize(("address", "title"), [(VERSIONS, "Schema versions"), (f"{VERSIONS}merge/", "Merge")])
def test_one_page_of_the_sidebar_is_marked(address: str, title: str) -> None:
    groups = viewer().get(address).context["sidebar_navigation"]

    assert [item["title"] for group in groups for item in group["items"] if item["active"]] == [title]


def test_markup_in_a_note_is_text() -> None:
    """H43."""
    row = made.event_type()
    made.draft(row, note="<script>alert(1)</script>")

    page = text(viewer(), page_of(row))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_type_goes_with_its_drafts() -> None:
    row = made.event_type()
    made.draft(row)

    editor().post(f"{TYPES}{row.pk}/delete/", {"post": "yes"})

    assert not EventType.objects.exists()
    assert not SchemaVersion.objects.exists()


def test_a_type_that_has_decided_about_events_is_kept() -> None:
    row = made.event_type()
    retire(made.active(row), note="over", expected=2, by=None)
    client = editor()

    asked = client.get(f"{TYPES}{row.pk}/delete/").content.decode()
    client.post(f"{TYPES}{row.pk}/delete/", {"post": "yes"})

    assert "block the type instead" in asked
    assert EventType.objects.exists()


@pytest.mark.parametrize("missing", [*VIEW[:1], *EDIT[:3]])
def test_each_page_asks_for_its_permission(missing: str) -> None:
    row = made.event_type()
    verb = missing.split(".")[1].split("_")[0]
    client = logged_in("events.view_schemaversion") if verb == "view" else viewer()
    address = {"view": TYPES, "add": f"{TYPES}add/", "delete": f"{TYPES}{row.pk}/delete/", "change": page_of(row)}[verb]

    response = client.post(address, NEW) if verb == "change" else client.get(address)

    assert response.status_code == 403
