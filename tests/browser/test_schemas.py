"""The schema registry: a breaking draft from its counterexample to its migration, two who edit, and a merge."""

import json
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.demo import Demo
from tests.browser.test_narrow import LONG, WIDER

ORDER: dict[str, Any] = {
    "type": "object",
    "required": ["order"],
    "properties": {"order": {"type": "string"}, "currency": {"type": "string", "maxLength": 3}},
    "additionalProperties": False,
}
BREAKING = {
    **ORDER,
    "required": ["order", "currency"],
    "properties": {"order": {"type": "string"}, "currency": {"type": "string", "maxLength": 3, "default": "EUR"}},
}
LOOSER = {**ORDER, "properties": {**ORDER["properties"], "currency": {"type": "string", "maxLength": 8}}}
NOTED = {**ORDER, "properties": {**ORDER["properties"], "note": {"type": "string"}}}


@pytest.fixture
def event_type(demo: Demo) -> str:
    """A type of its own for each journey, with an active version 1.0.0."""
    name = f"com.shop.order.placed.{uuid4().hex[:8]}"
    demo.api("POST", "/schemas/types", {"name": name, "migrate": "older"})
    demo.api("POST", f"/schemas/types/{name}/versions", {"schema": ORDER})
    activate(demo, name, "1.0.0")
    return name


def activate(demo: Demo, name: str, version: str, note: str = "For a journey") -> None:
    one = f"/schemas/types/{name}/versions/{version}"
    revision = demo.api("GET", one)["revision"]
    demo.api("POST", f"{one}/activate", {"note": note}, If_Match=f'"r{revision}"')


def open_type(page: Page, name: str) -> None:
    page.goto(f"/admin/events/eventtype/?q={name}")
    page.get_by_role("link", name=name).click()


def begin_draft(page: Page, name: str) -> Locator:
    """The editor of a new draft, with the active schema in it."""
    open_type(page, name)
    page.get_by_role("link", name="New draft", exact=True).click()
    return page.get_by_label("JSON Schema*")


def saved_draft(page: Page, name: str, schema: object) -> str:
    """The address of its editor."""
    begin_draft(page, name).fill(json.dumps(schema, indent=2))
    # On a narrow screen the buttons move when the answer comes.
    expect(beside(page)).to_contain_text("Has title now")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("It decides about nothing until it is activated.")).to_be_visible()
    return page.url


def beside(page: Page) -> Locator:
    return page.get_by_role("region", name="What this draft means")


def test_a_breaking_draft_shows_its_counterexample_is_migrated_and_migrates_old_producers(
    page: Page, demo: Demo, event_type: str
) -> None:
    kept = demo.post("schema-before", event_type, data={"order": "a-1"})

    begin_draft(page, event_type).fill(json.dumps(BREAKING, indent=2))
    expect(beside(page)).to_contain_text("migration required")
    expect(beside(page)).to_contain_text("An event that is valid under 1.0.0 and not under this draft")
    expect(beside(page)).to_contain_text('must have the member "currency"')
    expect(page.get_by_label("Number")).to_have_value("2.0.0")
    beside(page).get_by_role("button", name="Use the derived migration").first.click()
    expect(beside(page)).to_contain_text("tried on generated events: all fit")
    page.get_by_role("button", name="Save and go on to activation").click()

    expect(page.get_by_text("1 of the last 1 stored events of this type would not be valid.")).to_be_visible()
    expect(page.get_by_text("1 of these would be after the migration.")).to_be_visible()
    expect(page.get_by_role("link", name=kept)).to_be_visible()
    page.get_by_label("Note").fill("Every order has a currency now")
    page.get_by_role("button", name="Activate").click()

    history = page.get_by_role("region", name="Versions of its schema").get_by_role("listitem")
    expect(history.nth(0)).to_contain_text("Every order has a currency now")
    expect(history.nth(1)).to_contain_text("deprecated")
    entry = demo.post("schema-after", event_type, data={"order": "a-2"}, schemaversion="1.0.0")
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    expect(page.get_by_text("on arrival, from version 1.0.0")).to_be_visible()
    assert json.loads(page.locator("#event-data").inner_text())["currency"] == "EUR"


def test_a_fault_of_the_schema_leads_to_its_line(page: Page, event_type: str) -> None:
    editor = begin_draft(page, event_type)

    editor.fill('{\n  "type": "object",\n  "properties": {"a": {"pattern": "(?=x)"}}\n}')
    beside(page).get_by_role("button", name="line 3").click()

    selected = editor.evaluate("(area) => area.value.slice(area.selectionStart, area.selectionEnd)")
    assert "(?=x)" in selected


def test_the_panel_is_about_what_was_typed_last(page: Page, event_type: str) -> None:
    editor = begin_draft(page, event_type)
    expect(beside(page)).to_contain_text("compatible")

    for schema in (BREAKING, LOOSER, {**ORDER, "title": "An order"}, LOOSER):
        editor.fill(json.dumps(schema))

    expect(beside(page)).to_contain_text("backward compatible")
    expect(page.get_by_label("Number")).to_have_value("1.1.0")


def test_tab_indents_and_lets_go_after_escape(page: Page, event_type: str) -> None:
    editor = begin_draft(page, event_type)

    editor.fill("{}")
    editor.press("Home")
    editor.press("Tab")
    expect(editor).to_have_value("  {}")
    editor.press("Shift+Tab")
    expect(editor).to_have_value("{}")
    editor.press("Escape")
    editor.press("Tab")

    expect(editor).not_to_be_focused()


def test_a_migration_is_put_together_from_steps(page: Page, event_type: str) -> None:
    begin_draft(page, event_type).fill(json.dumps(BREAKING))
    expect(beside(page)).to_contain_text("migration required")
    page.get_by_text("Migrations", exact=True).click()

    page.get_by_role("button", name="Add a step: Migration up").click()
    page.get_by_label("Member (JSON Pointer)").fill("/currency")
    page.get_by_label("Value (JSON)").fill("CHF")
    expect(beside(page)).to_contain_text("tried on generated events: all fit")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("It decides about nothing until it is activated.")).to_be_visible()
    expect(page.get_by_label("Value (JSON)").first).to_have_value('"CHF"')


def test_a_second_tab_that_saves_the_same_draft_is_told_and_loses_nothing(page: Page, event_type: str) -> None:
    """H47."""
    address = saved_draft(page, event_type, {**ORDER, "title": "An order"})
    second = page.context.new_page()
    second.goto(address)

    page.get_by_label("JSON Schema*").fill(json.dumps(LOOSER, indent=2))
    page.get_by_role("button", name="Use").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as 1.1.0")).to_be_visible()
    mine = json.dumps({**ORDER, "title": "My order"}, indent=2)
    second.get_by_label("JSON Schema*").fill(mine)
    expect(beside(second)).to_contain_text("Somebody else has saved this draft")
    second.get_by_role("button", name="Save", exact=True).click()

    expect(second.get_by_text("Somebody else saved this while you were editing it.")).to_be_visible()
    expect(second.get_by_label("JSON Schema*")).to_have_value(mine)
    expect(second.get_by_role("region", name="What differs")).to_contain_text('"title": "My order"')


def test_two_branches_are_merged_into_a_draft(page: Page, demo: Demo, event_type: str) -> None:
    for version, schema in (("1.1.0", LOOSER), ("1.2.0", NOTED)):
        demo.api("POST", f"/schemas/types/{event_type}/versions", {"schema": schema, "version": version})

    open_type(page, event_type)
    page.get_by_role("link", name="Merge\u2026").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("They go together without a conflict.")).to_be_visible()
    page.get_by_role("button", name="Save as a draft").click()

    expect(beside(page)).to_contain_text("backward compatible")
    stored = json.loads(page.get_by_label("JSON Schema*").input_value())
    assert stored["properties"]["currency"]["maxLength"] == 8
    assert stored["properties"]["note"] == {"type": "string"}


def test_it_is_no_wider_than_a_telephone(narrow_page: Page, demo: Demo, event_type: str) -> None:
    draft = saved_draft(narrow_page, event_type, {**BREAKING, "title": LONG, "description": LONG})
    number = draft.rstrip("/").split("/")[-2]
    open_type(narrow_page, event_type)
    kind = narrow_page.url.rstrip("/").split("/")[-2]
    narrow_page.get_by_role("link", name="1.0.0", exact=True).click()
    active = narrow_page.url.rstrip("/").split("/")[-2]
    versions = "/admin/events/schemaversion/"
    addresses = {
        "types": "/admin/events/eventtype/",
        "type": f"/admin/events/eventtype/{kind}/change/",
        "versions": versions,
        "draft": draft,
        "new": f"{versions}add/?event_type={kind}",
        "version": f"{versions}{active}/change/",
        "difference": f"{versions}difference/{active}/{number}/",
        "activate": f"{versions}{number}/activate/",
        "retire": f"{versions}{active}/retire/",
        "merge": f"{versions}merge/?event_type={kind}",
    }

    wide = {}
    for name, address in addresses.items():
        narrow_page.goto(address)
        expect(narrow_page.get_by_role("main")).to_be_visible()
        wide[name] = (narrow_page.evaluate("document.documentElement.scrollWidth"), narrow_page.evaluate(WIDER))

    assert wide == dict.fromkeys(addresses, (375, []))
