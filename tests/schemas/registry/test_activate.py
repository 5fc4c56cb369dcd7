import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from events.models import EventType, SchemaPart, SchemaVersion
from events.revision import EditConflictError
from events.schemas.errors import ComparisonStaleError, RegistryError, StatusError
from events.schemas.registry.activate import (
    NOTE_FOR_INCOMPATIBLE,
    NOTE_FOR_LAST,
    activate,
    deprecate,
    retire,
)
from events.schemas.registry.number import current
from events.schemas.registry.read import schema_of, schema_text
from events.schemas.registry.versions import save_draft
from events.who import Caller
from tests.routing.made import at_once, user
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db

BY_KEY = Caller(7, "deploy", "default", frozenset())


def of_type() -> EventType:
    return EventType.objects.get()


def test_a_draft_becomes_active_and_ingest_can_tell() -> None:
    draft = made.draft(made.event_type())
    before = current()

    activate(draft, note="go", expected=1, by=BY_KEY)

    kept = made.stored(draft)
    assert (kept.status, kept.draft, kept.activation_note, kept.activated_by_key_id) == ("active", None, "go", 7)
    assert kept.activated_at is not None
    assert current() != before


def test_its_schema_is_read_as_it_was_typed_with_its_members_in_order() -> None:
    schema = {"z": 1, "type": "object", "properties": {"b": {"const": 1.0}, "a": {"enum": [1, True, None, "é"]}}}

    version = made.stored(made.active(made.event_type(), schema))

    assert schema_of(version) == schema
    assert list(schema_of(version)["properties"]) == ["b", "a"]
    assert '"const": 1.0' in schema_text(version)


def test_reading_it_takes_two_queries(django_assert_max_num_queries: Any) -> None:
    version = made.stored(made.active(made.event_type()))

    with django_assert_max_num_queries(2):
        schema_of(version)


def test_the_one_before_is_deprecated() -> None:
    of = made.event_type()
    first = made.active(of)

    second = made.active(of, made.SAME)

    before = made.stored(first)
    assert (before.status, made.stored(second).status) == ("deprecated", "active")
    assert before.deprecated_at is not None
    assert before.revision == first.revision + 1


def test_an_incompatible_one_needs_a_note() -> None:
    of = made.event_type()
    made.active(of)
    draft = made.draft(of, made.OTHER)

    with pytest.raises(RegistryError) as refused:
        activate(draft, note=" ", expected=1, by=None)

    assert refused.value.problems == (NOTE_FOR_INCOMPATIBLE,)
    assert made.stored(draft).status == "draft"
    assert activate(made.stored(draft), note="numbers from now on", expected=1, by=None).status == "active"


def test_a_compatible_one_needs_none() -> None:
    of = made.event_type()
    made.active(of)

    assert made.active(of, made.SAME, note="").status == "active"


def test_a_draft_that_was_compared_with_what_is_no_longer_active_is_refused_until_it_is_saved_again() -> None:
    of = made.event_type()
    made.active(of)
    draft = made.draft(of, made.WIDER, version="3.0.0")
    made.active(of, made.OTHER)
    before = current()

    with pytest.raises(ComparisonStaleError) as stale:
        activate(draft, note="go", expected=1, by=None)

    assert stale.value.active == "2.0.0"
    assert current() == before
    again = made.stored(draft)
    again.ancestor = None
    save_draft(again, schema_text(again), expected=1, by=None)
    assert again.verdict == "incompatible"
    assert activate(again, note="go", expected=2, by=None).status == "active"


def test_a_first_draft_does_not_slip_past_another_that_became_active() -> None:
    of = made.event_type()
    late = made.draft(of, made.OTHER, version="1.0.0")
    made.active(of, version="1.1.0")

    with pytest.raises(ComparisonStaleError):
        activate(late, note="go", expected=1, by=None)


def test_a_stale_revision_is_a_conflict() -> None:
    """H47: nobody activates what somebody else has changed meanwhile."""
    draft = made.draft(made.event_type())
    seen = made.stored(draft)
    save_draft(draft, "false", expected=1, by=None)

    with pytest.raises(EditConflictError):
        activate(seen, note="go", expected=1, by=None)

    assert made.stored(draft).status == "draft"


@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_activated_at_once_one_wins_and_the_other_is_told() -> None:
    of = made.event_type()
    made.active(of)
    drafts = [made.draft(of, schema, version=f"{n}.0.0") for n, schema in enumerate((made.SAME, made.WIDER), 2)]

    def act(draft: SchemaVersion) -> str:
        try:
            activate(draft, note="go", expected=1, by=None)
        except ComparisonStaleError:
            return "stale"
        return "active"

    assert sorted(at_once(*[partial(act, draft) for draft in drafts])) == ["active", "stale"]
    assert SchemaVersion.objects.filter(status="active").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_activated_twice_at_once_is_activated_once() -> None:
    draft = made.draft(made.event_type())
    before = current()

    def act() -> str:
        try:
            activate(made.stored(draft), note="go", expected=1, by=None)
        except (EditConflictError, StatusError):
            return "told"
        return "active"

    assert sorted(at_once(act, act, act)) == ["active", "told", "told"]
    assert current() != before


@pytest.mark.django_db(transaction=True)
def test_saving_and_activating_a_draft_at_once_never_wait_for_each_other() -> None:
    of = made.event_type()
    first = made.active(of)
    draft = made.draft(of, made.SAME)

    def tried(act: Callable[[], object]) -> bool:
        try:
            act()
        except (EditConflictError, StatusError):
            return False
        return True

    acts: list[Callable[[], object]] = [
        lambda: activate(made.stored(draft), note="go", expected=1, by=None),
        lambda: save_draft(made.stored(draft), json.dumps(made.SAME), expected=1, by=None),
        lambda: retire(made.stored(first), note="over", expected=first.revision, by=None),
    ]

    answers = at_once(*[partial(tried, act) for act in acts])

    assert answers[0] != answers[1]


@pytest.mark.django_db(transaction=True)
def test_parts_that_versions_share_are_stored_once_also_when_activated_at_once() -> None:
    drafts = [made.draft(made.event_type(f"com.example.t{n}")) for n in range(4)]

    at_once(*[partial(activate, draft, note="go", expected=1, by=None) for draft in drafts])

    assert {made.stored(draft).root for draft in drafts} == {made.stored(drafts[0]).root}
    assert all(schema_of(made.stored(draft)) == made.ORDER for draft in drafts)
    assert SchemaPart.objects.filter(digest=made.stored(drafts[0]).root).count() == 1


def test_a_deprecated_one_is_retired() -> None:
    of = made.event_type()
    first = made.stored(made.active(of))
    made.active(of, made.SAME)
    before = current()

    retire(first, expected=first.revision + 1, by=None)

    kept = made.stored(first)
    assert (kept.status, kept.retired_at is not None) == ("retired", True)
    assert current() != before


def test_the_active_one_is_retired_with_a_note_only() -> None:
    version = made.active(made.event_type())

    with pytest.raises(RegistryError) as refused:
        retire(version, expected=version.revision, by=None)

    assert refused.value.problems == (NOTE_FOR_LAST,)
    retire(made.stored(version), note="nobody sends these", expected=version.revision, by=None)
    assert made.stored(version).status == "retired"
    assert made.stored(version).changelog.endswith("Retired: nobody sends these")


def test_a_retirement_can_be_taken_back() -> None:
    of = made.event_type()
    first = made.active(of)
    made.active(of, made.SAME)
    retire(made.stored(first), expected=first.revision + 1, by=None)
    before = current()

    deprecate(made.stored(first), expected=first.revision + 2, by=None)

    assert (made.stored(first).status, made.stored(first).retired_at) == ("deprecated", None)
    assert current() != before


def test_one_that_was_never_deprecated_is_so_from_then_on() -> None:
    version = made.active(made.event_type())
    retire(version, note="a slip", expected=version.revision, by=None)

    deprecate(version, expected=version.revision, by=None)

    assert made.stored(version).deprecated_at is not None


def test_a_type_whose_active_version_was_retired_gets_another() -> None:
    of = made.event_type()
    first = made.active(of)
    retire(first, note="over", expected=first.revision, by=None)

    second = made.active(of, made.SAME)

    assert (made.stored(second).status, second.ancestor) == ("active", first)


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        ("draft", ("deprecate", "retire")),
        ("active", ("activate", "deprecate")),
        ("deprecated", ("activate", "deprecate")),
        ("retired", ("activate", "retire")),
    ],
)
def test_an_act_is_refused_in_a_status_that_has_no_use_for_it(status: str, refused: tuple[str, ...]) -> None:
    of = made.event_type()
    version = made.draft(of) if status == "draft" else made.active(of)
    if status not in ("draft", "active"):
        SchemaVersion.objects.filter(pk=version.pk).update(status=status)
    acts: dict[str, Callable[..., object]] = {
        "activate": partial(activate, note="go"), "deprecate": deprecate, "retire": partial(retire, note="go"),
    }  # fmt: skip
    before = current()

    for name in refused:
        with pytest.raises(StatusError) as error:
            acts[name](made.stored(version), expected=version.revision, by=None)
        assert error.value.status == status

    assert (current(), made.stored(version).revision) == (before, version.revision)


@pytest.mark.parametrize("note", ["a" * 10_001, "a\0b"])
def test_a_note_is_bounded(note: str) -> None:
    """H20."""
    with pytest.raises(RegistryError):
        activate(made.draft(made.event_type()), note=note, expected=1, by=None)


def test_each_act_is_logged_with_ids_and_nothing_else() -> None:
    draft = made.draft(made.event_type(), {"title": "somebody"})

    with capture_logs() as logged:
        activate(draft, note="for somebody", expected=1, by=user())
        retire(draft, note="for somebody", expected=2, by=BY_KEY)
        deprecate(draft, expected=3, by=None)

    assert [line["event"] for line in logged] == ["schema.activated", "schema.retired", "schema.deprecated"]
    assert {line["version_id"] for line in logged} == {draft.pk}
    assert "somebody" not in str(logged)
