"""Where the `type` of a problem leads: a page for each, from the table that knows them all."""

import ast
from pathlib import Path

import pytest
from django.test import Client
from rest_framework import exceptions

from events.api.problem_types import BY_CODE, PROBLEM_TYPES

ROOT = Path(__file__).resolve().parents[2]
APPS = ("events", "routing", "dlq", "controlplane")
FRAMEWORKS = [kind for kind in exceptions.APIException.__subclasses__() if kind.__module__ == exceptions.__name__]


def raised() -> set[tuple[str, int]]:
    """Each code with its status, as the sources write `Problem(status, "code", ...)`."""
    trees = [ast.parse(path.read_text()) for app in APPS for path in (ROOT / app).rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = set()
    for call in calls:
        if getattr(call.func, "id", "").lower() == "problem" and len(call.args) > 1:
            status, code = call.args[:2]
            if isinstance(status, ast.Constant) and isinstance(code, ast.Constant) and isinstance(status.value, int):
                found.add((str(code.value), status.value))
    return found


def test_every_problem_that_is_raised_is_in_the_table_with_its_status() -> None:
    known = {(each.code, each.status) for each in PROBLEM_TYPES}

    assert len(raised()) > 15
    assert raised() - known == set()


@pytest.mark.parametrize("kind", FRAMEWORKS, ids=lambda kind: kind.__name__)
def test_every_error_of_the_framework_is_in_the_table(kind: type[exceptions.APIException]) -> None:
    code = {"authentication_failed": "not-authenticated"}.get(kind.default_code, kind.default_code.replace("_", "-"))

    assert BY_CODE[code].status == kind.status_code


def test_codes_are_unique() -> None:
    assert len(BY_CODE) == len(PROBLEM_TYPES)


@pytest.mark.parametrize("code", BY_CODE)
def test_a_problems_type_leads_to_a_page_about_it(client: Client, code: str) -> None:
    response = client.get(f"/problems/{code}")

    assert response.status_code == 200
    page = response.content.decode()
    assert f"HTTP status {BY_CODE[code].status}" in page
    assert code in page


def test_there_is_a_page_of_all_problems(client: Client) -> None:
    page = client.get("/problems/").content.decode()

    assert all(f'href="/problems/{code}"' in page for code in BY_CODE)


def test_a_problem_that_does_not_exist_has_no_page(client: Client) -> None:
    assert client.get("/problems/no-such-thing").status_code == 404
