import pytest

from tests.routing.made import logged_in
from tests.schemas.admin.pages import VERSIONS, text, viewer
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db


def test_two_versions_stand_side_by_side_with_how_they_compare() -> None:
    row = made.event_type()
    old, new = made.active(row), made.draft(row, made.WIDER)

    shown = text(viewer(), f"{VERSIONS}difference/{old.pk}/{new.pk}/")

    assert "backward compatible" in shown
    assert "<mark>integer</mark>" in shown
    assert "<mark>number</mark>" in shown


def test_the_other_way_round_it_is_not_compatible() -> None:
    row = made.event_type()
    old, new = made.active(row), made.draft(row, made.WIDER)

    shown = viewer().get(f"{VERSIONS}difference/{new.pk}/{old.pk}/").context["compared"]

    assert (shown.backward, shown.forward, shown.old, shown.new) == (False, True, "1.1.0", "1.0.0")


def test_the_chosen_two_are_led_to() -> None:
    response = viewer().get(f"{VERSIONS}difference/?old=4&new=5")

    assert response["Location"] == f"{VERSIONS}difference/4/5/"
    assert viewer(name="other").get(f"{VERSIONS}difference/?old=x").status_code == 404


def test_only_who_may_see_versions_compares_them() -> None:
    row = made.event_type()
    old, new = made.active(row), made.draft(row, made.WIDER)

    response = logged_in("events.view_eventtype").get(f"{VERSIONS}difference/{old.pk}/{new.pk}/")

    assert response.status_code == 403
