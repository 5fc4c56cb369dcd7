import json
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from events.models import SchemaVersion
from events.revision import EditConflictError
from events.schemas.errors import NUMBER_TAKEN, RegistryError, StatusError
from events.schemas.registry.assessment import NO_SUCH_ANCESTOR, assess
from events.schemas.registry.number import current
from events.schemas.registry.read import schema_of, schema_text
from events.schemas.registry.versions import delete_draft, save_draft
from events.who import Caller
from tests.routing.made import at_once, user
from tests.schemas.registry import made

pytestmark = pytest.mark.django_db

BY_KEY = Caller(7, "deploy", "default", frozenset())


def refused_at(version: SchemaVersion, text: str, expected: int | None = None) -> list[str]:
    with pytest.raises(RegistryError) as refused:
        save_draft(version, text, expected=expected, by=None)
    return [problem.place for problem in refused.value.problems]


def test_a_first_draft_is_numbered_and_kept_as_it_was_typed() -> None:
    text = '{"type":  "object", "title": "größer"}'
    version = SchemaVersion(event_type=made.event_type())

    save_draft(version, text, expected=None, by=None)

    kept = made.stored(version)
    assert (kept.version, kept.status, kept.verdict, kept.ancestor) == ("1.0.0", "draft", "", None)
    assert (kept.draft, schema_text(kept), kept.changelog) == (text, text, "The first version.")


def test_a_draft_is_nothing_that_ingest_must_know() -> None:
    of = made.event_type()
    before = current()

    version = made.draft(of)
    save_draft(version, "true", expected=1, by=None)
    delete_draft(version, expected=2, by=None)

    assert current() == before


def test_it_says_who_made_it_and_keeps_saying_so() -> None:
    version = SchemaVersion(event_type=made.event_type())

    save_draft(version, "true", expected=None, by=BY_KEY)
    save_draft(version, "{}", expected=1, by=user())

    assert (made.stored(version).created_by_key_id, made.stored(version).created_by) == (7, None)


def test_it_is_compared_with_the_active_version() -> None:
    of = made.event_type()
    first = made.active(of)

    wider = made.stored(made.draft(of, made.WIDER))

    assert wider.ancestor == first
    assert (wider.version, wider.verdict, wider.decided) == ("1.1.0", "backward_compatible", True)
    assert wider.changes
    assert "/properties/total" in wider.changelog
    shown: Any = wider.counterexample
    assert shown["side"] == "new"
    assert isinstance(shown["instance"]["total"], float)


def test_an_incompatible_one_shows_an_event_that_would_be_refused() -> None:
    of = made.event_type()
    made.active(of)

    other = made.stored(made.draft(of, made.OTHER))

    assert (other.version, other.verdict) == ("2.0.0", "incompatible")
    shown: Any = other.counterexample
    assert shown["side"] == "old"
    assert isinstance(shown["instance"]["order"], str)
    assert shown["faults"]


def test_a_compatible_one_takes_a_patch() -> None:
    of = made.event_type()
    made.active(of)

    same = made.draft(of, made.SAME)

    assert (same.version, same.verdict, same.counterexample) == ("1.0.1", "compatible", None)


def test_it_can_be_compared_with_another_version() -> None:
    of = made.event_type()
    first = made.active(of)
    made.active(of, made.OTHER)

    version = made.draft(of, made.SAME, ancestor=first)

    assert (version.ancestor, version.version, version.verdict) == (first, "1.0.1", "compatible")


def test_where_none_is_active_it_is_compared_with_the_last_that_was() -> None:
    of = made.event_type()
    made.active(of)
    last = made.active(of, made.SAME)
    SchemaVersion.objects.filter(pk=last.pk).update(status="retired")

    assert made.draft(of, made.WIDER).ancestor == last


@pytest.mark.parametrize("which", ["draft", "other type"])
def test_what_cannot_be_an_ancestor_is_refused(which: str) -> None:
    of = made.event_type()
    ancestor = made.draft(of) if which == "draft" else made.active(made.event_type("com.example.other"))
    version = SchemaVersion(event_type=of, ancestor=ancestor, version="2.0.0")

    with pytest.raises(RegistryError) as refused:
        save_draft(version, json.dumps(made.ORDER), expected=None, by=None)

    assert NO_SUCH_ANCESTOR in refused.value.problems


@pytest.mark.parametrize(
    ("number", "schema"), [("1.0.1", made.WIDER), ("1.1.0", made.OTHER), ("0.9.0", made.SAME), ("1.0.0", made.SAME)]
)
def test_a_number_that_does_not_fit_the_verdict_is_refused_with_the_next(number: str, schema: Any) -> None:
    of = made.event_type()
    made.active(of)

    assert refused_at(SchemaVersion(event_type=of, version=number), json.dumps(schema)) == ["/version"]


def test_a_number_is_taken_once_in_a_type() -> None:
    of = made.event_type()
    made.draft(of, version="3.0.0")
    made.draft(made.event_type("com.example.other"), version="3.0.0")

    with pytest.raises(RegistryError) as refused:
        made.draft(of, version="3.0.0")

    assert refused.value.problems == (NUMBER_TAKEN,)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("{", ["/schema"]),
        ("7", ["/schema"]),
        ('{"type": "objekt"}', ["/schema/type"]),
        ('{"properties": {"a": {"$ref": "file:///etc/passwd"}}}', ["/schema/properties/a/$ref"]),
        ('{"pattern": "(?=x)"}', ["/schema/pattern"]),
        ('{"type": "object", "type": "string"}', ["/schema/type"]),
        ("[" * 100_000, ["/schema"]),
    ],
)
def test_what_is_no_schema_is_refused_with_the_place(text: str, places: list[str]) -> None:
    """H20, H24, H27."""
    assert refused_at(SchemaVersion(event_type=made.event_type()), text) == places
    assert not SchemaVersion.objects.exists()


def test_all_problems_are_told_at_once() -> None:
    of = made.event_type()
    version = SchemaVersion(event_type=of, version="one", policy="loose", note="a" * 10_001, migration_up=[{}])

    assert set(refused_at(version, "true")) == {"/policy", "/note", "/migration_up", "/version"}


def test_a_declared_migration_makes_the_difference() -> None:
    of = made.event_type()
    made.active(of)

    version = made.draft(of, made.DEFAULTED, migration_up=made.SET_TOTAL)

    assert (version.verdict, version.version, version.migration_up) == ("migration_required", "2.0.0", made.SET_TOTAL)


def test_a_migration_that_can_be_derived_is_kept_as_if_it_were_declared() -> None:
    of = made.event_type()
    made.active(of)
    schema = {**made.DEFAULTED, "properties": {**made.ORDER["properties"], "total": {"type": "integer", "default": 0}}}

    version = made.stored(made.draft(of, schema))

    assert version.verdict == "migration_required"
    assert version.migration_up == made.SET_TOTAL


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([{"op": "guess", "path": "/a"}], "/migration_up/0/op"),
        ([{"op": "set_default", "path": "/total", "value": "no number"}], "/migration_up"),
    ],
)
def test_a_migration_that_does_not_lead_there_is_refused(steps: Any, place: str) -> None:
    of = made.event_type()
    made.active(of)
    version = SchemaVersion(event_type=of, version="2.0.0", migration_up=steps)

    places = refused_at(version, json.dumps(made.DEFAULTED))

    assert places[0].startswith(place)


def test_looking_at_a_draft_saves_nothing() -> None:
    of = made.event_type()
    made.active(of)

    found = assess(SchemaVersion(event_type=of), json.dumps(made.OTHER))

    assert (found.verdict, found.number, found.problems) == ("incompatible", "2.0.0", ())
    assert SchemaVersion.objects.count() == 1


def test_of_two_edits_the_second_is_a_conflict() -> None:
    """H47."""
    version = made.draft(made.event_type())
    stale = made.stored(version)
    save_draft(version, "{}", expected=1, by=None)

    with pytest.raises(EditConflictError):
        save_draft(stale, "true", expected=1, by=None)
    with pytest.raises(EditConflictError):
        delete_draft(stale, expected=1, by=None)

    assert made.stored(version).draft == "{}"


@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_of_one_number_at_once_one_is_told() -> None:
    of = made.event_type()

    def save() -> tuple[Any, ...]:
        try:
            made.draft(of, version="1.0.0")
        except RegistryError as error:
            return error.problems
        return ()

    assert sorted(at_once(save, save, save)) == [(), (NUMBER_TAKEN,), (NUMBER_TAKEN,)]


@pytest.mark.django_db(transaction=True)
def test_of_edits_at_once_one_is_saved() -> None:
    """H47."""
    version = made.draft(made.event_type())

    def edit(text: str) -> bool:
        try:
            save_draft(made.stored(version), text, expected=1, by=None)
        except EditConflictError:
            return False
        return True

    assert sorted(at_once(*[partial(edit, text) for text in ("{}", "true", "false")])) == [False, False, True]
    assert made.stored(version).revision == 2


def test_what_was_activated_stays_as_it_is() -> None:
    version = made.active(made.event_type())

    with pytest.raises(StatusError, match="make a new one"):
        save_draft(made.stored(version), "true", expected=version.revision, by=None)
    with pytest.raises(StatusError):
        delete_draft(made.stored(version), expected=version.revision, by=None)

    assert schema_of(made.stored(version)) == made.ORDER


def test_each_act_is_logged_with_ids_and_nothing_else() -> None:
    of = made.event_type()

    with capture_logs() as logged:
        version = made.draft(of, {"title": "somebody"}, note="by somebody")
        delete_draft(version, expected=1, by=BY_KEY)

    saved, deleted = logged
    assert (saved["event"], saved["type_id"], saved["created"]) == ("schema.draft_saved", of.pk, True)
    assert (deleted["event"], deleted["by"]) == ("schema.draft_deleted", "API key 7")
    assert "somebody" not in str(logged)
