"""H32: names and states of things, which have the same names as those of persons."""

import json
from typing import Any

import pytest

from events.pii.policies.decide import NO_POLICIES
from events.pii.policies.schema_after import schema_after
from tests.pii.detection.found import by_path, in_data, kinds_in

THINGS = (
    "repository head_repository repositories labels app workflow_job steps package category companies productVariants "
    "Buckets loadBalancer environments licence branches statusMetrics"
)


@pytest.mark.parametrize("thing", THINGS.split())
def test_the_name_and_the_state_of_a_thing_are_nobodys(thing: str) -> None:
    own = {"name": "Xyzzy", "full_name": "xyz/zy", "state": "Xyzzy", "id": 1}

    assert in_data({thing: own}) == []
    assert in_data({"x": [{thing: [own, own]}]}) == []
    assert kinds_in([{thing: own}, json.dumps({thing: own})]) == []


@pytest.mark.parametrize(
    "person", ["", "user", "customer", "owner", "fields", "items", "team", "order", "host", "payload", "report", "list"]
)
def test_those_of_a_person_and_of_whatever_is_not_known_are_personal(person: str) -> None:
    own = {"name": "Xyzzy", "state": "Xyzzy", "fullName": "Xyzzy"}

    assert sorted(kinds_in({person: own})) == ["address", "person_name", "person_name"]


def test_what_else_is_in_a_thing_is_as_personal_as_elsewhere() -> None:
    data = {"repository": {"name": "x", "owner": {"name": "x", "email": "y"}, "firstName": "z", "full_name": "a@b.co"}}

    assert by_path(data) == {
        "/data/repository/owner/name": "person_name",
        "/data/repository/owner/email": "email",
        "/data/repository/firstName": "person_name",
        "/data/repository/full_name": "email",
    }


def test_the_thing_may_be_said_in_the_name_itself() -> None:
    assert kinds_in({"repository_full_name": "x", "repositoryFullNames": ["x"]}) == []
    assert kinds_in({"customer_full_name": "x"}) == ["person_name"]


@pytest.mark.parametrize("state", ["open", "CLOSED", "In use", "in_progress", "terminated", "SUCCEEDED"])
def test_a_state_that_something_is_in_is_no_part_of_an_address(state: str) -> None:
    assert kinds_in({"state": state}) == []
    assert kinds_in({"address": {"state": state, "city": "Xyzzy"}}) == ["address"]


@pytest.mark.parametrize("state", ["CA", "bavaria", "New York", "xyzzy", 5])
def test_other_states_are(state: Any) -> None:
    assert kinds_in({"state": state}) == ["address"]


def test_the_schema_after_a_policy_leaves_such_a_state_alone() -> None:
    schema = {"type": "object", "properties": {"state": {"type": "string"}, "ssn": {"type": "string"}}}

    members = schema_after(schema, NO_POLICIES, "com.shop.order", "production")["properties"]

    assert "pattern" not in members["state"]
    assert "pattern" in members["ssn"]


@pytest.mark.parametrize(
    "name", ["price_mobile", "sendEmail", "no", "num_phones", "has_password", "max_salary", "dnis"]
)
def test_names_that_tell_how_much_or_whether_say_nothing_of_whom(name: str) -> None:
    assert kinds_in({name: "xyzzy"}) == []


def test_the_id_of_a_record_is_not_what_the_record_holds() -> None:
    assert kinds_in({"phone_numbers": [{"id": "x"}], "token": {"id": "x"}, "floatingIp": {"id": "x"}}) == []
    assert kinds_in({"passport": {"id": "x"}}) == ["passport"]
