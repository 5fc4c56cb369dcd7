"""What is wrong with all of a body has the place of all of it."""

import pytest

from tests.api.configuration import pointers, post
from tests.api.conftest import Call
from tests.api.contract import assert_as_documented


@pytest.mark.parametrize("body", ["[]", '[{"data": 1}]', "7", '"x"', "null"])
@pytest.mark.parametrize("path", ["/api/v1/pii/preview", "/api/v1/tables/publish"])
def test_a_body_that_is_no_object_is_refused_as_a_whole(caller: Call, path: str, body: str) -> None:
    response = post(caller("events:read", "publish"), path, body)

    assert (response.status_code, pointers(response)) == (400, [""])
    assert_as_documented(response, "post", path)
