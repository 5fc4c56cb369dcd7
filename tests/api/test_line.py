"""Names, notes and reasons in bodies are one line."""

import pytest
from django.test import Client

from tests.api.configuration import post
from tests.api.conftest import Call


@pytest.fixture
def publisher(caller: Call) -> Client:
    return caller("events:read", "publish")


@pytest.mark.parametrize("note", ["one\ntwo", "one\n", "\x1b[2Jgone", " one", "one\u00a0", "one\x85two"])
def test_a_note_with_controls_or_another_line_is_refused(publisher: Client, note: str) -> None:
    response = post(publisher, "/api/v1/tables/publish", {"note": note})

    assert response.status_code == 400
    assert [one["pointer"] for one in response.json()["errors"]] == ["/note"]


def test_a_note_of_one_line_is_taken(publisher: Client) -> None:
    assert post(publisher, "/api/v1/tables/publish", {"note": "für den Herbst \u2013 2026"}).status_code == 201
