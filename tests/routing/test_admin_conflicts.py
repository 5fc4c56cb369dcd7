"""Two people edit the same rule or destination (H47): the second to save is told, and overwrites nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from routing.models import Destination, RoutingRule, RoutingTable
from routing.publish_table import publish, rollback
from tests.routing import made

EDIT = (
    "routing.view_routingrule",
    "routing.change_routingrule",
    "routing.view_destination",
    "routing.change_destination",
)
OVERWRITTEN = "Nothing was overwritten"


def editor(name: str) -> Client:
    return made.logged_in(*EDIT, name=name)


def rule_page(rule: RoutingRule) -> str:
    return f"/admin/routing/routingrule/{rule.pk}/change/"


def destination_page(destination: Destination) -> str:
    return f"/admin/routing/destination/{destination.pk}/change/"


def opened(client: Client, page: str) -> dict[str, Any]:
    """Everything a browser would post back from a form as it is shown."""
    context = client.get(page).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    return {name: value for name, value in fields.items() if value is not None and value is not False}


@pytest.mark.django_db
def test_the_second_of_two_tabs_is_told_what_changed_and_keeps_what_was_typed() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    rule = made.rule("Branches", nats, eventbridge, priority=300, type_pattern="*.branch.*")
    one, other = editor("one"), editor("other")
    first, second = opened(one, rule_page(rule)), opened(other, rule_page(rule))

    one.post(rule_page(rule), {**first, "priority": "350", "targets-1-DELETE": "on"})
    late = other.post(rule_page(rule), {**second, "type_pattern": "*.<b>merged"})

    [told] = late.context["adminform"].form.non_field_errors()
    assert OVERWRITTEN in told
    assert "Priority: 300 &rarr; 350" in told
    assert "Destinations: nats, eventbridge &rarr; nats" in told
    assert 'value="*.&lt;b&gt;merged"' in late.content.decode()
    assert not any(late.context["inline_admin_formsets"][0].formset.errors)
    rule.refresh_from_db()
    assert (rule.priority, rule.type_pattern, rule.revision) == (350, "*.branch.*", 2)
    assert [target.destination for target in rule.targets.all()] == [nats]


@pytest.mark.django_db
def test_saving_again_is_no_way_around_it() -> None:
    rule = made.rule("r", made.destination(), priority=1)
    client = editor("one")
    stale = opened(client, rule_page(rule))
    client.post(rule_page(rule), {**stale, "priority": "2"})

    for _ in range(2):
        assert client.post(rule_page(rule), {**stale, "priority": "3"}).status_code == 200

    assert RoutingRule.objects.get().priority == 2


@pytest.mark.django_db
def test_from_the_page_as_it_is_now_it_can_be_saved() -> None:
    rule = made.rule("r", made.destination(), priority=1)
    client = editor("one")
    client.post(rule_page(rule), {**opened(client, rule_page(rule)), "priority": "2"})

    response = client.post(rule_page(rule), {**opened(client, rule_page(rule)), "priority": "3"})

    assert response.status_code == 302
    assert RoutingRule.objects.get().priority == 3


@pytest.mark.django_db
def test_a_destination_is_guarded_as_well() -> None:
    nats = made.destination(kind="nats", config={"servers": ["nats://n1:4222"]})
    one, other = editor("one"), editor("other")
    first, second = opened(one, destination_page(nats)), opened(other, destination_page(nats))

    one.post(destination_page(nats), {**first, "config_stream": "OMS", "max_attempts": "5"})
    late = other.post(destination_page(nats), {**second, "config_replicas": "3"})

    [told] = late.context["adminform"].form.non_field_errors()
    assert "Stream: EVENTS &rarr; OMS" in told
    assert "Attempts: 3 &rarr; 5" in told
    nats.refresh_from_db()
    assert nats.config == {"servers": ["nats://n1:4222"], "stream": "OMS"}


@pytest.mark.django_db
@pytest.mark.parametrize("shown", ["", "x", "999", "-1"])
def test_a_form_without_its_revision_is_a_conflict(shown: str) -> None:
    rule = made.rule("r", made.destination(), priority=1)
    client = editor("one")
    stale = {**opened(client, rule_page(rule)), "shown_revision": shown, "shown_before": "[" * 9999}

    response = client.post(rule_page(rule), {**stale, "priority": "2"})

    assert response.status_code == 200
    assert RoutingRule.objects.get().priority == 1


@pytest.mark.django_db
def test_one_that_was_deleted_meanwhile_is_not_made_again() -> None:
    rule = made.rule("r", made.destination())
    client = editor("one")
    stale = opened(client, rule_page(rule))
    rule.delete()

    response = client.post(rule_page(rule), stale, follow=True)

    assert "Perhaps it was deleted" in response.content.decode()
    assert not RoutingRule.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_wins_and_the_other_is_told() -> None:
    """Both have read the same revision before either has committed."""
    rule = made.rule("r", made.destination(), priority=1)
    savers = [saver(editor(f"editor {priority}"), rule, priority) for priority in (2, 3)]

    answers = made.at_once(*savers)

    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [loser] = [answer for answer in answers if answer.status_code == 200]
    winner = next(priority for answer, priority in zip(answers, (2, 3), strict=True) if answer is not loser)
    assert OVERWRITTEN in loser.content.decode()
    after = RoutingRule.objects.get()
    assert (after.priority, after.revision) == (winner, 2)


def saver(client: Client, rule: RoutingRule, priority: int) -> Callable[[], Any]:
    form = opened(client, rule_page(rule))
    return lambda: client.post(rule_page(rule), {**form, "priority": str(priority)})


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["routingrule", "destination"])
def test_what_was_changed_since_the_page_that_asks_is_not_deleted(model: str) -> None:
    row = made.destination("nats") if model == "destination" else made.rule("r", made.destination("nats"))
    client = made.logged_in(f"routing.view_{model}", f"routing.delete_{model}", "routing.delete_ruledestination")
    page = f"/admin/routing/{model}/{row.pk}/delete/"
    asked = client.get(page)
    [(name, value)] = re.findall(r'name="(shown_revision)" value="([0-9]+)"', asked.content.decode())
    type(row).objects.filter(pk=row.pk).update(revision=row.revision + 1)

    late = client.post(page, {"post": "yes", name: value}, follow=True)

    assert "Nothing was deleted" in late.content.decode()
    assert type(row).objects.filter(pk=row.pk).exists()
    client.post(page, {"post": "yes", name: int(value) + 1})
    assert not type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["routingrule/publish/", "routingtable/1/rollback/"])
def test_a_table_published_since_the_page_that_asks_stays_in_use(page: str) -> None:
    """Whoever publishes has not seen the rollback that somebody did meanwhile in an emergency."""
    rule = made.rule("r", made.destination())
    for pattern in ("*.one", "*.two", "*.three"):
        RoutingRule.objects.filter(pk=rule.pk).update(type_pattern=pattern)
        publish(note=pattern, by=None)
    RoutingRule.objects.filter(pk=rule.pk).update(type_pattern="*.four")
    client = made.logged_in("routing.view_routingrule", "routing.view_routingtable", "routing.add_routingtable")
    hidden = dict(client.get(f"/admin/routing/{page}").context["hidden"])
    rollback(2, note="emergency", by=None)

    late = client.post(f"/admin/routing/{page}", {**hidden, "note": "late"})

    assert "another routing table was published meanwhile" in late.content.decode()
    assert RoutingTable.objects.latest("version").note == "emergency"
    seen = dict(late.context["hidden"])
    assert client.post(f"/admin/routing/{page}", {**seen, "note": "now"}).status_code == 302
