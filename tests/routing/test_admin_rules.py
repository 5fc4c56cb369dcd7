import json
from typing import Any

import pytest
from django.test import Client

from routing.models import Destination, RoutingRule, RoutingTable
from routing.publish_table import publish
from tests.routing import made

pytestmark = pytest.mark.django_db

EDIT = ("routing.view_routingrule", "routing.add_routingrule", "routing.change_routingrule")
INLINE = (
    "routing.view_ruledestination", "routing.add_ruledestination", "routing.change_ruledestination",
    "routing.delete_ruledestination",
)  # fmt: skip
ADD = "/admin/routing/routingrule/add/"
PUBLISH = "/admin/routing/routingrule/publish/"


def editor(*more: str) -> Client:
    return made.logged_in(*EDIT, *INLINE, *more)


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

    assert "differ from what workers use" in client.get("/admin/routing/routingrule/").content.decode()
    publish(note="", by=None)
    assert "Workers use these rules as they are" in client.get("/admin/routing/routingrule/").content.decode()


def test_the_publish_page_shows_what_would_change_and_changes_nothing() -> None:
    nats = made.destination()
    made.rule("kept", nats)
    publish(note="", by=None)
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
    made.rule("goes nowhere")

    response = editor("routing.add_routingtable").post(PUBLISH, {"note": "", "asked": "1"})

    assert "goes nowhere: /destinations: a rule needs at least one destination" in response.content.decode()
    assert not RoutingTable.objects.exists()


def test_what_is_published_is_what_the_page_showed() -> None:
    rule = made.rule("r", made.destination())
    client = editor("routing.add_routingtable")
    hidden = dict(client.get(PUBLISH).context["hidden"])
    rule.priority = 7
    rule.save()

    late = client.post(PUBLISH, {"note": "", "asked": "1", **hidden})
    assert "somebody changed them meanwhile" in late.content.decode()
    assert not RoutingTable.objects.exists()

    client.post(PUBLISH, {"note": "", "asked": "1", **dict(late.context["hidden"])})
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
    publish(note="", by=None)

    page = editor("routing.add_routingtable").get(PUBLISH).content.decode()

    assert "Nothing would change" in page
    assert 'name="note"' not in page
