import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from routing.models import Destination, RoutingRule, RoutingTable, Tally
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db

EDIT = ("routing.view_routingrule", "routing.add_routingrule", "routing.change_routingrule")
ADD = "/admin/routing/routingrule/add/"
LIST = "/admin/routing/routingrule/"
PUBLISH = "/admin/routing/routingrule/publish/"


def editor(*more: str) -> Client:
    return made.logged_in(*EDIT, *more)


def form(*targets: tuple[Destination, Any], **values: Any) -> dict[str, Any]:
    """A rule's form as a browser posts it; a target is a destination and the text of its condition."""
    data = {
        "name": "rule", "enabled": "on", "priority": "5", "type_pattern": "com.*", "filters": "[]", "strategy": "ALL",
        "targets-TOTAL_FORMS": str(len(targets)), "targets-INITIAL_FORMS": "0", **values,
    }  # fmt: skip
    for index, (destination, condition) in enumerate(targets):
        data |= {
            f"targets-{index}-position": str(index),
            f"targets-{index}-destination": str(destination.pk),
            f"targets-{index}-condition": condition,
        }
    return data


def test_a_rule_is_made_with_its_destinations_in_order() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    filters = '[{"prefix": {"source": "/oms"}}]'

    response = editor().post(ADD, form((eventbridge, "[]"), (nats, "[]"), strategy="FAILOVER", filters=filters))

    assert response.status_code == 302
    rule = RoutingRule.objects.get()
    assert (rule.priority, rule.strategy, rule.filters) == (5, "FAILOVER", json.loads(filters))
    assert [target.destination for target in rule.targets.all()] == [eventbridge, nats]


def test_an_empty_filter_text_is_no_filter() -> None:
    editor().post(ADD, form((made.destination(), ""), filters=""))

    rule = RoutingRule.objects.get()
    assert rule.filters == []
    assert rule.targets.get().condition == []


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ('[{"any": [{"exact": {"type": 7}}]}]', "/0/any/0/exact/type: exact compares with a string, this is a number"),
        ('[{"sql": "a"}]', "/0/sql: the dialect sql (CESQL) is not supported yet"),
        ('{"exact": {"type": "a"}}', "must be a list of filters"),
        ("[{", "not valid JSON at line 1"),
        ('[{"exact": {"type": "a", "type": "b"}}]', "/0/exact/type: the same key twice"),
        ('[{"exact": {"type": "\\u0000"}}]', "U+0000"),
        ('[{"exact": {"type": "\\ud800"}}]', "not valid JSON"),
        ("[" * 50_000, "not valid JSON"),
        ("[" * 50 + "]" * 50, "nested more than 32"),
        ("[" + "9" * 5_000 + "]", "not valid JSON"),
        ("[NaN]", "not valid JSON"),
        (f'"{"x" * 100_000}"', "at most 100000 characters"),
    ],
)
def test_a_bad_filter_is_a_form_error_that_names_the_place(filters: str, message: str) -> None:
    """H20, H24."""
    response = editor().post(ADD, form((made.destination(), "[]"), filters=filters))

    assert response.status_code == 200
    assert message in " ".join(response.context["adminform"].form.errors["filters"])
    assert not RoutingRule.objects.exists()


def test_a_bad_condition_is_an_error_of_its_own_row() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    targets = ((nats, "[]"), (eventbridge, '[{"prefix": {"typ": 1}}]'))

    response = editor().post(ADD, form(*targets, strategy="CONDITIONAL"))

    errors = response.context["inline_admin_formsets"][0].formset.errors
    assert errors == [{}, {"condition": ["/0/prefix/typ: prefix compares with a string, this is a number"]}]


def test_a_condition_without_the_strategy_conditional_is_refused() -> None:
    condition = '[{"exact": {"type": "a"}}]'

    response = editor().post(ADD, form((made.destination(), condition)))

    [errors] = response.context["inline_admin_formsets"][0].formset.errors
    assert errors == {"condition": ["takes effect with the strategy CONDITIONAL only"]}


def test_a_rule_without_a_destination_is_refused() -> None:
    response = editor().post(ADD, form())

    assert response.status_code == 200
    assert response.context["inline_admin_formsets"][0].formset.non_form_errors()


@pytest.mark.parametrize("pattern", ["", "x" * 256])
def test_a_bad_type_pattern_is_a_form_error(pattern: str) -> None:
    response = editor().post(ADD, form((made.destination(), "[]"), type_pattern=pattern))

    assert "type_pattern" in response.context["adminform"].form.errors


def test_the_list_says_whether_the_drafts_are_published() -> None:
    made.rule("r", made.destination())
    client = editor()

    assert "Nothing is published yet" in client.get(LIST).content.decode()
    publish(note="a test", by=None)
    assert "Workers use these rules as they are" in client.get(LIST).content.decode()


def test_the_list_marks_each_rule_that_differs_from_what_workers_use() -> None:
    nats = made.destination()
    rules = {name: made.rule(name, nats) for name in ("same", "changed", "off", "gone")}
    publish(note="a test", by=None)
    RoutingRule.objects.filter(name="changed").update(type_pattern="com.*")
    RoutingRule.objects.filter(name="off").update(enabled=False)
    rules["gone"].delete()
    made.rule("fresh", nats)

    page = editor().get(LIST).content.decode()

    assert "4 changes are not published: workers use v1. Removed since v1: gone." in " ".join(page.split())
    assert [marked(page, name) for name in ("same", "changed", "off", "fresh")] == [
        "as published", "changed since v1", "disabled since v1", "new since v1",
    ]  # fmt: skip


def marked(page: str, name: str) -> str:
    """What stands in the last column of a rule's row."""
    [row] = [row for row in page.split("</tr>") if f">{name}</a>" in row]
    return re.sub(r"<[^>]*>", " ", row).split("stop")[-1].split(maxsplit=1)[-1].strip()


def test_the_list_reads_like_the_decision_it_is() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge", paused=True)
    made.rule("second", nats, priority=1)
    made.rule("off", nats, priority=2, enabled=False)
    first = made.rule(
        "first", nats, eventbridge, priority=3, strategy="FAILOVER", continue_matching=True,
        type_pattern="*.branch.*", filters=[{"any": [{"prefix": {"source": "/oms"}}, {"exact": {"tenant": "<b>"}}]}],
    )  # fmt: skip
    Tally.objects.create(
        period=Tally.HOUR, begins=timezone.now().replace(minute=0, second=0, microsecond=0),
        outcome=Tally.Outcome.MATCHED, rule_id=first.pk, count=1234,
    )  # fmt: skip

    page = editor().get(LIST).content.decode()

    rows = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in page.split("</tr>") if "/change/" in row]
    assert [row.split(" priority")[0][-3:].strip() for row in rows[-3:]] == ["1", "off", "2"]
    assert "*.branch.* where (source begins with &quot;/oms&quot; or tenant is &quot;&lt;b&gt;&quot;)" in rows[-3]
    assert "FAILOVER The first that is up, in order 1. nats 2. eventbridge paused continue 1,234" in rows[-3]


def test_the_list_asks_as_much_for_many_as_for_few() -> None:
    client = editor()
    made.rule("r", made.destination())
    publish(note="a test", by=None)
    client.get(LIST)

    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(8):
        made.rule(f"r{number}", made.destination(f"d{number}"), made.destination(f"e{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few)


def test_the_publish_page_shows_what_would_change_and_changes_nothing() -> None:
    nats = made.destination()
    made.rule("kept", nats)
    publish(note="a test", by=None)
    made.rule("<b>new</b>", nats)

    page = editor("routing.add_routingtable").get(PUBLISH).content.decode()

    assert "&lt;b&gt;new&lt;/b&gt;" in page
    assert "<b>new" not in page
    assert "csrfmiddlewaretoken" in page
    assert RoutingTable.objects.count() == 1


def test_publishing_writes_a_table_with_note_and_author() -> None:
    made.rule("r", made.destination())

    response = editor("routing.add_routingtable", "routing.view_routingtable").post(
        PUBLISH, {"note": "why", "asked": "1"}
    )

    table = RoutingTable.objects.get()
    assert response.headers["Location"] == f"/admin/routing/routingtable/{table.pk}/change/"
    assert (table.note, table.published_by and table.published_by.username) == ("why", "operator")


def test_rules_that_cannot_work_are_named_instead_of_published() -> None:
    rule = made.rule("goes nowhere")

    response = editor("routing.add_routingtable").post(PUBLISH, {"note": "why", "asked": "1"})

    page = response.content.decode()
    assert f'/admin/routing/routingrule/{rule.pk}/change/">goes nowhere</a>' in page
    assert "/destinations: a rule needs at least one destination" in page
    assert not RoutingTable.objects.exists()


def test_what_is_published_is_what_the_page_showed() -> None:
    rule = made.rule("r", made.destination())
    client = editor("routing.add_routingtable")
    hidden = dict(client.get(PUBLISH).context["hidden"])
    rule.priority = 7
    rule.save()

    late = client.post(PUBLISH, {"note": "why", "asked": "1", **hidden})
    assert "somebody changed the rules meanwhile" in late.content.decode()
    assert not RoutingTable.objects.exists()

    client.post(PUBLISH, {"note": "why", "asked": "1", **dict(late.context["hidden"])})
    assert RoutingTable.objects.exists()


def test_publishing_needs_its_permission_and_a_csrf_token() -> None:
    made.rule("r", made.destination())
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(made.user(*EDIT, "routing.add_routingtable", name="strict"))

    assert editor().post(PUBLISH, {"note": "", "asked": "1"}).status_code == 403
    assert editor_without_publish_sees_no_button()
    assert strict.post(PUBLISH, {"note": "", "asked": "1"}).status_code == 403
    assert not RoutingTable.objects.exists()


def editor_without_publish_sees_no_button() -> bool:
    page = made.logged_in(*EDIT, name="other").get("/admin/routing/routingrule/").content.decode()
    return PUBLISH not in page


def test_a_destination_that_is_added_goes_to_the_end() -> None:
    rule = made.rule("r", made.destination("nats"), made.destination("eventbridge"))

    page = editor().get(f"/admin/routing/routingrule/{rule.pk}/change/")

    [formset] = page.context["inline_admin_formsets"]
    assert formset.formset.empty_form["position"].value() == 2


def test_a_rule_without_destinations_is_refused_in_words_of_the_page() -> None:
    page = editor().post(ADD, form(**{"targets-TOTAL_FORMS": "0"})).content.decode()

    assert "Name at least one destination." in page
    assert not RoutingRule.objects.exists()


def test_drafts_lead_to_the_publish_page_for_those_who_may_publish() -> None:
    made.rule("r", made.destination())

    assert PUBLISH in editor("routing.add_routingtable").get("/admin/routing/routingrule/").content.decode()


def test_publishing_the_same_again_is_not_offered() -> None:
    made.rule("r", made.destination())
    publish(note="a test", by=None)

    page = editor("routing.add_routingtable").get(PUBLISH).content.decode()

    assert "Nothing would change" in page
    assert 'name="note"' not in page


def test_publishing_the_same_again_is_refused() -> None:
    made.rule("r", made.destination())
    publish(note="a test", by=None)

    response = editor("routing.add_routingtable").post(PUBLISH, {"note": "why", "asked": "1"})

    assert "nothing was published: v1 says the same" in response.content.decode()
    assert RoutingTable.objects.count() == 1


def test_publishing_without_a_note_is_refused() -> None:
    made.rule("r", made.destination())

    response = editor("routing.add_routingtable").post(PUBLISH, {"note": "  ", "asked": "1"})

    assert "This field is required" in response.content.decode()
    assert not RoutingTable.objects.exists()


def test_whoever_published_is_told_when_workers_take_it() -> None:
    made.rule("r", made.destination())
    client = editor("routing.add_routingtable", "routing.view_routingtable")

    page = client.post(PUBLISH, {"note": "why", "asked": "1"}, follow=True).content.decode()

    assert "Published as v1. Running workers take it within half a second." in page


def test_the_difference_is_told_in_words() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    first, _ = made.rule("first", nats, priority=2), made.rule("second", nats, priority=1)
    publish(note="a test", by=None)
    RoutingRule.objects.filter(pk=first.pk).update(priority=0, filters=[{"exact": {"tenant": "acme"}}])
    first.targets.update(destination=eventbridge)

    page = editor("routing.add_routingtable").get(PUBLISH).content.decode()

    text = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "first , filters: no filters &rarr; tenant is &quot;acme&quot;" in text
    assert "first , destinations: nats &rarr; eventbridge" in text
    assert "first , priority: 2 &rarr; 0" in text
    assert "first is tried 2nd instead of 1st" in text


def tried(client: Client, on: str, *targets: tuple[Destination, Any], **values: Any) -> str:
    answer = client.post(f"{LIST}try/", {**form(*targets, **values), "try": on}).content.decode()
    return " ".join(re.sub(r"<[^>]*>", "", answer).split())


def test_a_rule_is_tried_on_a_type_before_it_is_saved() -> None:
    nats = made.destination()
    filters = '[{"exact": {"tenant": "acme"}}]'

    assert "It matches: goes to nats." in tried(editor(), "com.example.made", (nats, "[]"))
    assert "type pattern &#x27;com.*&#x27; does not hold" in tried(made_other(), "org.made", (nats, "[]"))
    assert "/filters/0/exact/tenant: exact tenant &#x27;acme&#x27;" in tried(
        made_other("third"), "com.made", (nats, "[]"), filters=filters
    )
    assert not RoutingRule.objects.exists()


def made_other(name: str = "other") -> Client:
    return made.logged_in(*EDIT, name=name)


def test_a_rule_is_tried_on_a_stored_event_by_those_who_may_see_it() -> None:
    nats = made.destination()
    entry = made.entry(id="order-1", type="com.example.made", extensions={"tenant": "acme"})
    filters = '[{"exact": {"tenant": "acme"}}]'
    client = editor("events.view_outboxentry")

    by_id = tried(client, "order-1", (nats, "[]"), filters=filters)
    by_uuid = tried(client, str(entry.uuid), (nats, "[]"), filters=filters)
    blind = tried(made_other(), "order-1", (nats, "[]"), filters=filters)

    assert "It matches" in by_id
    assert "It matches" in by_uuid
    assert "does not match" in blind


def test_what_cannot_be_tried_says_why() -> None:
    nats, client = made.destination(), editor()

    assert "not valid JSON at line 1" in tried(client, "com.made", (nats, "[]"), filters="[{")
    assert "a rule needs at least one destination" in tried(client, "com.made")
    assert "Give an event type" in tried(client, " ", (nats, "[]"))
    assert made.logged_in("routing.view_routingrule", name="viewer").post(f"{LIST}try/").status_code == 403


def test_two_destinations_change_places() -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    rule = made.rule("rule", nats, eventbridge)
    client = editor()
    data = form((eventbridge, "[]"), (nats, "[]"), **{"targets-INITIAL_FORMS": "2", "shown_revision": "1"})
    ids = {f"targets-{index}-id": target.pk for index, target in enumerate(rule.targets.all())}

    response = client.post(
        f"{LIST}{rule.pk}/change/", {**data, **ids, "targets-0-rule": rule.pk, "targets-1-rule": rule.pk}
    )

    assert response.status_code == 302
    assert [target.destination for target in rule.targets.all()] == [eventbridge, nats]
