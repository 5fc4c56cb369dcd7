from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from events.revision import EditConflictError
from events.who import Caller
from routing.destinations import DestinationInUseError
from routing.destinations import delete as delete_destination
from routing.models import Destination, RoutingRule
from routing.rules import NAME_TAKEN, RuleError, Target, delete_rule, save_rule
from tests.routing import made

pytestmark = pytest.mark.django_db

FILTERS = [{"exact": {"tenant": "acme"}}]
BY_KEY = Caller(7, "deploy", "default", frozenset())


def kept(rule: RoutingRule) -> list[tuple[int, Any]]:
    return list(rule.targets.values_list("destination_id", "condition"))


def test_a_new_rule_is_saved_with_its_destinations_in_order() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    rule = RoutingRule(name="r", strategy="CONDITIONAL")

    save_rule(rule, [Target(eventbridge.pk, FILTERS), Target(nats.pk)], expected=None, by=None)

    assert kept(RoutingRule.objects.get(name="r")) == [(eventbridge.pk, FILTERS), (nats.pk, [])]
    assert rule.revision == 1


def test_without_destinations_to_set_they_stay_as_they_are() -> None:
    rule = made.rule("r", made.destination("nats"), made.destination("eventbridge"))
    before = kept(rule)
    rule.priority = 7

    save_rule(rule, None, expected=1, by=None)

    assert kept(rule) == before
    assert (RoutingRule.objects.get().priority, RoutingRule.objects.get().revision) == (7, 2)


def test_a_condition_that_stays_is_refused_when_the_strategy_changes() -> None:
    rule = made.rule("r", made.destination(), strategy="CONDITIONAL", conditions=(FILTERS,))
    rule.strategy = "ALL"

    with pytest.raises(RuleError) as refused:
        save_rule(rule, None, expected=1, by=None)

    assert [problem.place for problem in refused.value.problems] == ["/destinations/0/condition"]


def test_all_problems_are_told_at_once_and_nothing_is_saved() -> None:
    rule = made.rule("r", made.destination())
    rule.name, rule.priority, rule.strategy, rule.filters = "", 10**7, "ANY", [{"exact": []}]

    with pytest.raises(RuleError) as refused:
        save_rule(rule, [Target(0)], expected=1, by=None)

    places = {problem.place for problem in refused.value.problems}
    assert places == {"/name", "/priority", "/strategy", "/filters/0/exact", "/destinations/0"}
    assert RoutingRule.objects.get().name == "r"
    assert (rule.revision, RoutingRule.objects.get().revision) == (1, 1)


def test_a_stale_revision_is_a_conflict_and_says_what_is_there_now() -> None:
    """H47."""
    rule = made.rule("r", made.destination())
    stale = RoutingRule.objects.get()
    save_rule(rule, None, expected=1, by=None)

    with pytest.raises(EditConflictError) as conflict:
        save_rule(stale, None, expected=1, by=None)

    assert conflict.value.current == 2
    with pytest.raises(EditConflictError):
        delete_rule(stale, expected=1, by=None)


def test_a_rule_that_was_deleted_meanwhile_is_a_conflict() -> None:
    rule = made.rule("r", made.destination())
    stale = RoutingRule.objects.get()
    delete_rule(rule, expected=1, by=None)

    with pytest.raises(EditConflictError) as conflict:
        save_rule(stale, None, expected=1, by=None)

    assert conflict.value.current is None


def test_an_edit_must_say_what_it_was_made_for() -> None:
    with pytest.raises(ValueError, match="revision"):
        save_rule(made.rule("r", made.destination()), None, expected=None, by=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_one_is_saved_and_the_other_told() -> None:
    """H47."""
    made.rule("r", made.destination("nats"))
    other = made.destination("eventbridge")

    def edit(priority: int) -> bool:
        rule = RoutingRule.objects.get()
        rule.priority = priority
        try:
            save_rule(rule, [Target(other.pk)], expected=1, by=None)
        except EditConflictError:
            return False
        return True

    answers = made.at_once(*[partial(edit, priority) for priority in (1, 2, 3)])

    assert sorted(answers) == [False, False, True]
    rule = RoutingRule.objects.get()
    assert (rule.revision, kept(rule)) == (2, [(other.pk, [])])


@pytest.mark.django_db(transaction=True)
def test_of_two_new_rules_of_one_name_at_once_one_is_told_that_it_is_taken() -> None:
    nats = made.destination()

    def create() -> tuple[Any, ...]:
        try:
            save_rule(RoutingRule(name="r"), [Target(nats.pk)], expected=None, by=None)
        except RuleError as error:
            return error.problems
        return ()

    assert sorted(made.at_once(create, create)) == [(), (NAME_TAKEN,)]


@pytest.mark.django_db(transaction=True)
def test_saving_a_rule_and_deleting_its_destination_at_once_leaves_no_rule_without_it() -> None:
    """H13."""
    nats = made.destination()

    def tried(act: Callable[[], object]) -> bool:
        try:
            act()
        except (RuleError, DestinationInUseError):
            return False
        return True

    save = partial(save_rule, RoutingRule(name="r"), [Target(nats.pk)], expected=None, by=None)
    saved, deleted = made.at_once(partial(tried, save), partial(tried, partial(delete_destination, nats)))

    assert saved != deleted
    assert RoutingRule.objects.exists() == saved == Destination.objects.exists()


def test_each_act_is_logged_with_ids_and_nothing_else() -> None:
    nats = made.destination()
    rule = RoutingRule(name="somebody's rule")

    with capture_logs() as logged:
        save_rule(rule, [Target(nats.pk)], expected=None, by=BY_KEY)
        id_ = rule.pk
        delete_rule(rule, expected=1, by=made.user())

    saved, deleted = logged
    assert (saved["event"], saved["rule_id"], saved["by"]) == ("rule.saved", id_, "API key 7")
    assert deleted["event"] == "rule.deleted"
    assert "somebody" not in str(logged)
