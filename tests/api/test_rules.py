from typing import Any

import pytest
from django.test import Client

from routing.models import RoutingRule, RoutingTable
from routing.publish_table import publish
from tests.api.configuration import delete, pointers, post, put
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented
from tests.routing import made

LIST, ONE = "/api/v1/rules", "/api/v1/rules/{id}"
DEEP: dict[str, Any] = {"exact": {"tenant": "acme"}}
for _ in range(7):
    DEEP = {"any": [DEEP]}


@pytest.fixture
def editor(caller: Call) -> Client:
    return caller("events:read", "configure")


def new(**members: Any) -> dict[str, Any]:
    return {"name": "Branches", "type_pattern": "*.branch.*", "destinations": [{"name": "nats"}], **members}


def test_a_rule_is_created_with_its_destinations_in_order(editor: Client) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    wish = new(
        priority=300, strategy="CONDITIONAL", filters=[{"exact": {"tenant": "acme"}}], enabled=False,
        destinations=[{"name": "eventbridge", "condition": [{"prefix": {"subject": "a"}}]}, {"name": "nats"}],
        **{"continue": True},
    )  # fmt: skip

    response = post(editor, LIST, wish)

    assert response.status_code == 201, response.json()
    assert_as_documented(response, "post", LIST)
    body = response.json()
    assert response.headers["Location"] == f"/api/v1/rules/{body['id']}"
    assert response.headers["ETag"] == '"r1"'
    assert body["destinations"] == [
        {"id": eventbridge.pk, "name": "eventbridge", "condition": [{"prefix": {"subject": "a"}}]},
        {"id": nats.pk, "name": "nats", "condition": []},
    ]
    assert {**wish, "destinations": body["destinations"]}.items() <= body.items()


def test_what_a_new_rule_leaves_out_is_as_documented(editor: Client) -> None:
    made.destination()

    body = post(editor, LIST, new()).json()

    assert (body["enabled"], body["priority"], body["strategy"]) == (True, 0, "ALL")
    assert (body["filters"], body["continue"]) == ([], False)


def test_the_list_is_in_the_order_the_rules_are_tried_over_all_pages(editor: Client) -> None:
    nats = made.destination()
    for name, priority in (("b", 5), ("low", -1), ("a", 5), ("high", 9), ("c", 5)):
        made.rule(name, nats, priority=priority)
    seen: list[str] = []
    cursor: dict[str, str] = {}

    while True:
        response = editor.get(LIST, {"limit": "2", **cursor})
        assert_as_documented(response, "get", LIST)
        seen += [rule["name"] for rule in response.json()["items"]]
        if response.json()["next"] is None:
            break
        cursor = {"cursor": response.json()["next"]}

    assert seen == ["high", "a", "b", "c", "low"]


def test_the_list_can_be_asked_for_a_name_and_for_the_enabled(editor: Client) -> None:
    nats = made.destination()
    made.rule("on", nats)
    made.rule("off", nats, enabled=False)

    def asked(**query: str) -> list[str]:
        return [rule["name"] for rule in editor.get(LIST, query).json()["items"]]

    assert asked(name="off") == ["off"]
    assert asked(enabled="true") == ["on"]
    assert asked(enabled="false") == ["off"]


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"cursor": "WzEsMl0"}, {"cursor": "MQ"}, {"limit": "201"}, {"enabled": "1"}, {"q": "a"}]
)
def test_parameters_it_cannot_take_are_refused_and_named(editor: Client, query: dict[str, str]) -> None:
    """H25."""
    response = editor.get(LIST, query)

    assert response.status_code == 400
    assert_as_documented(response, "get", LIST)
    assert [error["parameter"] for error in response.json()["errors"]] == list(query)


def test_the_list_takes_a_bounded_number_of_queries(editor: Client, django_assert_max_num_queries: Any) -> None:
    nats, eventbridge = made.destination("nats"), made.destination("eventbridge")
    for n in range(10):
        made.rule(f"r{n}", nats, eventbridge)

    with django_assert_max_num_queries(4):
        assert len(editor.get(LIST).json()["items"]) == 10


def test_a_script_can_get_a_rule_change_one_member_and_put_it_back(editor: Client) -> None:
    nats = made.destination()
    rule = made.rule("r", nats, strategy="CONDITIONAL", conditions=([DEEP],), filters=[DEEP], priority=3)
    path = f"{LIST}/{rule.pk}"
    read = editor.get(path)
    assert_as_documented(read, "get", ONE)

    response = put(editor, path, {**read.json(), "priority": 4}, read.headers["ETag"])

    assert response.status_code == 200, response.json()
    assert_as_documented(response, "put", ONE)
    changed = {"priority": 4, "revision": 2, "updated_at": response.json()["updated_at"]}
    assert response.json() == {**read.json(), **changed}
    assert response.headers["ETag"] == '"r2"'


def test_putting_it_back_unchanged_leaves_its_destinations_in_place(editor: Client) -> None:
    rule = made.rule("r", made.destination("nats"), made.destination("eventbridge"))
    targets = list(rule.targets.values_list("pk", flat=True))
    read = editor.get(f"{LIST}/{rule.pk}")

    assert put(editor, f"{LIST}/{rule.pk}", read.json(), read.headers["ETag"]).status_code == 200

    assert list(rule.targets.values_list("pk", flat=True)) == targets


def test_read_only_members_are_refused_with_any_other_value(editor: Client) -> None:
    """H40."""
    rule = made.rule("r", made.destination())
    path = f"{LIST}/{rule.pk}"
    body = editor.get(path).json()

    for member, value in (("id", 999), ("revision", 7), ("updated_at", "2020-01-01T00:00:00Z")):
        response = put(editor, path, {**body, member: value}, '"r1"')

        assert response.status_code == 400
        assert_as_documented(response, "put", ONE)
        assert pointers(response) == [f"/{member}"]
    assert RoutingRule.objects.get().revision == 1


def test_a_new_rule_has_no_read_only_members_to_set(editor: Client) -> None:
    """H40."""
    made.destination()

    response = post(editor, LIST, new(id=7, revision=3))

    assert (response.status_code, pointers(response)) == (400, ["/id", "/revision"])


def test_a_member_that_is_left_out_of_a_whole_rule_is_asked_for(editor: Client) -> None:
    rule = made.rule("r", made.destination(), filters=[{"exact": {"tenant": "acme"}}])
    body = editor.get(f"{LIST}/{rule.pk}").json()
    del body["filters"]

    response = put(editor, f"{LIST}/{rule.pk}", body, '"r1"')

    assert (response.status_code, pointers(response)) == (400, ["/filters"])


def test_the_second_of_two_edits_is_a_conflict(editor: Client) -> None:
    """H47."""
    rule = made.rule("r", made.destination())
    path, body = f"{LIST}/{rule.pk}", editor.get(f"{LIST}/{rule.pk}").json()
    first = put(editor, path, {**body, "priority": 1}, '"r1"')

    second = put(editor, path, {**body, "priority": 2}, '"r1"')
    deletion = delete(editor, path, '"r1"')

    assert (first.status_code, second.status_code, deletion.status_code) == (200, 412, 412)
    assert_as_documented(second, "put", ONE)
    assert_as_documented(deletion, "delete", ONE)
    assert RoutingRule.objects.get().priority == 1


@pytest.mark.parametrize("tag", ["*", '"r01"', "r1", 'W/"r1"', '"r99999999999"'])
def test_a_tag_that_was_never_given_out_matches_nothing(editor: Client, tag: str) -> None:
    rule = made.rule("r", made.destination())
    body = editor.get(f"{LIST}/{rule.pk}").json()

    assert put(editor, f"{LIST}/{rule.pk}", body, tag).status_code == 412
    assert delete(editor, f"{LIST}/{rule.pk}", tag).status_code == 412


def test_a_change_must_say_what_it_was_made_for(editor: Client) -> None:
    rule = made.rule("r", made.destination())
    body = editor.get(f"{LIST}/{rule.pk}").json()

    answers = {
        "put": put(editor, f"{LIST}/{rule.pk}", body, None),
        "delete": delete(editor, f"{LIST}/{rule.pk}", None),
    }

    for method, answer in answers.items():
        assert answer.status_code == 428
        assert_as_documented(answer, method, ONE)
    assert RoutingRule.objects.get().revision == 1


def test_a_deleted_rule_stays_in_the_table_it_was_published_in(editor: Client) -> None:
    rule = made.rule("r", made.destination())
    publish(note="a test", by=None)

    response = delete(editor, f"{LIST}/{rule.pk}", '"r1"')

    assert (response.status_code, response.content) == (204, b"")
    assert editor.get(f"{LIST}/{rule.pk}").status_code == 404
    newest = RoutingTable.objects.newest()
    assert newest is not None
    assert [one["name"] for one in newest.snapshot["rules"]] == ["r"]


@pytest.mark.parametrize(
    ("members", "places"),
    [
        ({"filters": [{"exact": {"type": 7}}]}, ["/filters/0/exact/type"]),
        ({"filters": [{"prefix": {"Tenant": "a"}}]}, ["/filters/0/prefix/Tenant"]),
        ({"filters": [{"sql": "TRUE"}]}, ["/filters/0/sql"]),
        ({"filters": {}}, ["/filters"]),
        ({"filters": [{"any": [DEEP]}]}, ["/filters/0" + "/any/0" * 8]),
        ({"type_pattern": ""}, ["/type_pattern"]),
        ({"type_pattern": "a" * 256}, ["/type_pattern"]),
        ({"name": "two\nlines"}, ["/name"]),
        ({"priority": 1_000_001}, ["/priority"]),
        ({"priority": "5"}, ["/priority"]),
        ({"enabled": "yes"}, ["/enabled"]),
        ({"strategy": "ANY"}, ["/strategy"]),
        ({"continue": 1}, ["/continue"]),
        ({"continue_matching": True}, ["/continue_matching"]),
        ({"destinations": []}, ["/destinations"]),
        ({"destinations": [{"name": "gone"}]}, ["/destinations/0/name"]),
        ({"destinations": [{"name": "nats"}, {"name": "nats"}]}, ["/destinations/1"]),
        ({"destinations": [{"name": "nats", "id": 0}]}, ["/destinations/0/id"]),
        ({"destinations": [{"name": "nats", "position": 1}]}, ["/destinations/0/position"]),
        ({"destinations": [{"name": "nats", "condition": [{"exact": {"type": "a"}}]}]}, ["/destinations/0/condition"]),
        (
            {"strategy": "CONDITIONAL", "destinations": [{"name": "nats", "condition": [{"exact": {}}]}]},
            ["/destinations/0/condition/0/exact"],
        ),
        ({"destinations": [{"name": f"d{n}"} for n in range(33)]}, ["/destinations"]),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_place(editor: Client, members: Any, places: list[str]) -> None:
    made.destination()

    response = post(editor, LIST, new(**members))

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)
    assert pointers(response) == places
    assert not RoutingRule.objects.exists()


def test_a_name_that_is_taken_is_a_conflict(editor: Client) -> None:
    made.rule("Branches", made.destination())

    response = post(editor, LIST, new())

    assert response.status_code == 409
    assert_as_documented(response, "post", LIST)
    assert (response.json()["code"], pointers(response)) == ("name-taken", ["/name"])


@pytest.mark.parametrize("body", ["[]", "7", "null", "{", '{"name": "a", "name": "b"}', "[" * 1000])
def test_what_is_no_rule_at_all_is_refused(editor: Client, body: str) -> None:
    """H20."""
    response = post(editor, LIST, body)

    assert response.status_code == 400
    assert_as_documented(response, "post", LIST)


def test_changing_rules_needs_the_scope_to_configure(caller: Call) -> None:
    """H40."""
    rule = made.rule("r", made.destination())
    path = f"{LIST}/{rule.pk}"
    reader = caller("events:read", "operate", "publish", "keys", "events:write")
    body = reader.get(path).json()

    refused = [post(reader, LIST, new()), put(reader, path, body, '"r1"'), delete(reader, path, '"r1"')]

    assert [response.status_code for response in refused] == [403, 403, 403]
    assert [caller("configure").get(each).status_code for each in (LIST, path)] == [403, 403]
    assert RoutingRule.objects.get().revision == 1


def test_rules_are_the_same_for_every_tenant(caller: Call) -> None:
    rule = made.rule("r", made.destination())

    theirs = caller("events:read", tenant="acme").get(f"{LIST}/{rule.pk}")

    assert theirs.json() == caller("events:read").get(f"{LIST}/{rule.pk}").json()


@pytest.mark.parametrize("id_", ["0", "999999", "x", "-1", "9" * 30])
def test_a_rule_that_is_not_there_is_not_found(editor: Client, id_: str) -> None:
    path = f"{LIST}/{id_}"

    answers = [editor.get(path), put(editor, path, new(), '"r1"'), delete(editor, path, '"r1"')]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
