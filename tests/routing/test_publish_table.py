from functools import partial

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError

from events.api_keys import Scope, find_caller, issue_key
from events.models import ImmutableRowError
from events.publishing.errors import DraftChangedError, NothingToPublishError, PublishError
from events.publishing.publication import digest
from routing.matching.table import compile_table
from routing.models import RoutingRule, RoutingTable
from routing.publish_table import (
    draft_differs,
    draft_snapshot,
    publish,
    rollback,
)
from tests.routing import made

pytestmark = pytest.mark.django_db


def test_it_publishes_the_enabled_rules_in_the_order_they_are_tried() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    made.rule("catch-all", nats, priority=-10)
    made.rule("b", nats, priority=5)
    made.rule("a", eventbridge, nats, priority=5, strategy="FAILOVER", continue_matching=True, type_pattern="com.*")
    made.rule("off", nats, enabled=False)
    somebody = User.objects.create_user("somebody")

    table = publish(note="the first", by=somebody)

    table.refresh_from_db()
    assert (table.version, table.note, table.published_by, table.restored_from) == (1, "the first", somebody, None)
    assert [rule["name"] for rule in table.snapshot["rules"]] == ["a", "b", "catch-all"]
    assert table.snapshot["rules"][0] == {
        "id": RoutingRule.objects.get(name="a").pk,
        "name": "a",
        "priority": 5,
        "type_pattern": "com.*",
        "filters": [],
        "strategy": "FAILOVER",
        "continue": True,
        "destinations": [
            {"id": eventbridge.pk, "name": "eventbridge", "condition": []},
            {"id": nats.pk, "name": "nats", "condition": []},
        ],
    }


def test_what_it_publishes_can_be_compiled() -> None:
    condition = [{"exact": {"tenant": "acme"}}]
    made.rule("r", made.destination(), strategy="CONDITIONAL", conditions=(condition,), filters=condition)

    compiled = compile_table(publish(note="a test", by=None).snapshot)

    assert [rule.name for rule in compiled.rules] == ["r"]


def test_versions_count_up() -> None:
    nats = made.destination()

    versions = [made.rule(name, nats) and publish(note="a test", by=None).version for name in "abc"]

    assert versions == [1, 2, 3]


def test_what_is_published_already_is_not_published_again() -> None:
    """Another table by another hand would hide who brought about what workers do, and why."""
    made.rule("r", made.destination())
    publish(note="the reason", by=None)

    for act in (publish, partial(rollback, 1), partial(publish, upon=0), partial(publish, upon=1)):
        with pytest.raises(NothingToPublishError, match="v1 says the same"):
            act(note="again", by=None)

    assert RoutingTable.objects.get().note == "the reason"


def test_no_rules_at_all_can_be_published_for_once() -> None:
    assert publish(note="a test", by=None).snapshot["rules"] == []

    with pytest.raises(NothingToPublishError):
        publish(note="a test", by=None)


def test_a_draft_does_not_change_what_is_published() -> None:
    rule = made.rule("r", made.destination())
    publish(note="a test", by=None)

    rule.type_pattern = "com.*"
    rule.save()

    newest = RoutingTable.objects.newest()
    assert newest is not None
    assert newest.snapshot["rules"][0]["type_pattern"] == "*"


def test_it_says_whether_drafts_differ_from_what_is_published() -> None:
    nats = made.destination()
    rule = made.rule("r", nats)
    assert draft_differs()

    publish(note="a test", by=None)
    assert not draft_differs()

    made.rule("off", nats, enabled=False)
    assert not draft_differs()

    rule.priority = 7
    rule.save()
    assert draft_differs()


def test_rules_that_cannot_work_are_refused_all_at_once_with_their_places() -> None:
    nats = made.destination()
    made.rule("goes nowhere")
    made.rule("odd filter", nats, filters=[{"exact": {"type": 7}}])
    made.rule("idle condition", nats, conditions=([{"exact": {"type": "a"}}],))
    made.rule("good", nats)

    with pytest.raises(PublishError) as refused:
        publish(note="a test", by=None)

    assert {(problem.name, problem.place) for problem in refused.value.problems} == {
        ("goes nowhere", "/destinations"),
        ("odd filter", "/filters/0/exact/type"),
        ("idle condition", "/destinations/0/condition"),
    }
    assert not RoutingTable.objects.exists()


@pytest.mark.parametrize("note", ["", "  ", "\n\t"])
def test_nothing_is_published_without_a_note(note: str) -> None:
    made.rule("r", made.destination())
    publish(note="a test", by=None)

    for act in (partial(publish, note=note, by=None), partial(rollback, 1, note=note, by=None)):
        with pytest.raises(PublishError) as refused:
            act()
        assert [problem.place for problem in refused.value.problems] == ["/note"]

    assert RoutingTable.objects.count() == 1


def test_a_table_says_which_api_key_published_it() -> None:
    made.rule("r", made.destination())
    key, secret = issue_key("deploy", [Scope.PUBLISH])

    table = publish(note="a test", by=find_caller(secret))

    table.refresh_from_db()
    assert (table.published_by_key, table.published_by) == (key, None)


def test_rules_that_changed_since_somebody_looked_are_not_published() -> None:
    rule = made.rule("r", made.destination())
    seen = digest(draft_snapshot())
    rule.priority = 7
    rule.save()

    with pytest.raises(DraftChangedError):
        publish(note="a test", by=None, expected=seen)

    assert publish(note="a test", by=None, expected=digest(draft_snapshot())).version == 1


def test_rollback_publishes_an_older_snapshot_under_a_new_number() -> None:
    rule = made.rule("before", made.destination())
    first = publish(note="a test", by=None)
    rule.name = "after"
    rule.save()
    publish(note="a test", by=None)

    restored = rollback(1, note="it went wrong", by=None)

    assert (restored.version, restored.restored_from, restored.note) == (3, 1, "it went wrong")
    assert restored.snapshot == first.snapshot
    assert RoutingTable.objects.newest() == restored


def test_rollback_refuses_a_table_that_names_a_destination_which_is_gone() -> None:
    gone, kept = made.destination("gone"), made.destination("kept")
    rule = made.rule("r", kept, gone)
    publish(note="a test", by=None)
    rule.targets.filter(destination=gone).delete()
    publish(note="a test", by=None)
    gone.delete()

    with pytest.raises(PublishError) as refused:
        rollback(1, note="a test", by=None)

    [problem] = refused.value.problems
    assert (problem.name, problem.place) == ("r", "/destinations/1")
    assert "gone no longer exists" in problem.message


def test_rollback_refuses_a_table_that_this_release_cannot_read() -> None:
    RoutingTable(version=1, snapshot={"format": 2, "ways": []}, note="by a newer release").save()
    publish(note="a test", by=None)

    with pytest.raises(PublishError, match="format 1 only"):
        rollback(1, note="a test", by=None)


def test_rollback_to_a_version_that_never_was_is_an_error() -> None:
    with pytest.raises(RoutingTable.DoesNotExist):
        rollback(7, note="a test", by=None)


def test_a_table_cannot_be_changed_or_deleted() -> None:
    made.rule("r", made.destination())
    table = publish(note="as published", by=None)

    table.note = "changed"
    for attempt in (
        table.save,
        table.delete,
        RoutingTable.objects.all().delete,
        partial(RoutingTable.objects.update, note="changed"),
        partial(RoutingTable.objects.bulk_update, [table], ["note"]),
    ):
        with pytest.raises(ImmutableRowError), transaction.atomic():
            attempt()

    table.refresh_from_db()
    assert table.note == "as published"


def test_who_published_cannot_be_deleted() -> None:
    made.rule("r", made.destination())
    somebody = User.objects.create_user("somebody")
    publish(note="a test", by=somebody)

    with pytest.raises(ProtectedError):
        somebody.delete()


@pytest.mark.django_db(transaction=True)
def test_publishing_at_the_same_time_gives_each_its_own_number() -> None:
    nats = made.destination()
    for name in "abcd":
        made.rule(name, nats)
        publish(note="a test", by=None)

    tables = made.at_once(*[partial(rollback, n, note=str(n), by=None) for n in (1, 2, 3)])

    assert sorted(table.version for table in tables) == [5, 6, 7]
    assert RoutingTable.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_publishing_the_same_at_the_same_time_makes_one_table() -> None:
    made.rule("r", made.destination())

    def try_to_publish() -> bool:
        try:
            return bool(publish(note="a test", by=None))
        except NothingToPublishError:
            return False

    assert sorted(made.at_once(*[try_to_publish] * 4)) == [False, False, False, True]
    assert RoutingTable.objects.count() == 1
