import json

import pytest

from events.models import LegacyType
from tests.routing.made import logged_in
from tests.schemas.admin.pages import LEGACY, editor, opened, text, viewer
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db
STEPS = json.dumps([{"op": "rename", "path": "/nr", "to": "order"}])


def test_from_the_page_of_a_type_it_is_mapped_to_the_active_version() -> None:
    row = made.event_type()
    active = made.active(row)
    client = editor()

    form = opened(client, f"{LEGACY}add/?event_type={row.pk}")
    client.post(f"{LEGACY}add/", {**form, "name": "shop.order", "steps": STEPS})

    legacy = LegacyType.objects.get()
    assert (legacy.name, legacy.version, legacy.steps) == ("shop.order", active, json.loads(STEPS))


def test_what_the_act_refuses_is_an_error_of_its_field() -> None:
    row = made.event_type()
    active = made.active(row)

    steps = json.dumps([{"op": "fly"}])
    response = editor().post(f"{LEGACY}add/", {"name": row.name, "version": active.pk, "steps": steps})

    assert "/0/op" in response.context["adminform"].form.errors["steps"][0]
    assert not LegacyType.objects.exists()


def test_the_second_of_two_people_is_told() -> None:
    """H47."""
    legacy = made.legacy_type("shop.order")
    legacy.save()
    page = f"{LEGACY}{legacy.pk}/change/"
    one, other = editor(name="one"), editor(name="other")
    first, second = opened(one, page), opened(other, page)

    one.post(page, {**first, "note": "until May"})
    late = other.post(page, {**second, "steps": STEPS})

    assert "Note: nothing &rarr; until May" in late.context["adminform"].form.non_field_errors()[0]
    assert LegacyType.objects.get().steps == []


def test_the_list_says_what_each_is_taken_for() -> None:
    made.legacy_type("shop.order").save()

    page = text(viewer(), LEGACY)

    assert "shop.order" in page
    assert f"{made.NAME} 1.0.0" in page


def test_an_empty_list_says_what_it_is_for() -> None:
    assert "Map one when producers still send" in text(viewer(), LEGACY)


def test_it_is_forgotten_by_who_may() -> None:
    legacy = made.legacy_type("shop.order")
    legacy.save()

    assert viewer().post(f"{LEGACY}{legacy.pk}/delete/", {"post": "yes"}).status_code == 403
    assert logged_in("events.view_eventtype").get(LEGACY).status_code == 403
    editor().post(f"{LEGACY}{legacy.pk}/delete/", {"post": "yes"})

    assert not LegacyType.objects.exists()
