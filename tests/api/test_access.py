"""H40, over every operation of the OpenAPI document: no key, a revoked one, a scope missing, another tenant."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from dlq.models import Operation as Background
from events.api_keys import Scope, issue_key, revoke_key
from events.models import ApiKey
from tests.api.contract import assert_as_documented, document
from tests.routing import made

METHODS = ("get", "post", "put", "patch", "delete")
Asked = tuple[str, str]
"""Method and path of an operation, the path as the document has it."""


def operations() -> Iterator[tuple[Asked, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield (method, path), item[method]


ALL = dict(operations())
# What belongs to a tenant, by what it is called in a path.
OF_TENANTS = ("/events/{", "/deliveries/{", "/dead-letters/{", "/keys/{", "/operations/{")
TENANTED = [asked for asked in ALL if any(part in asked[1] for part in OF_TENANTS)]


def scope_of(asked: Asked) -> str:
    [[scope]] = [requirement["ApiKey"] for requirement in ALL[asked]["security"]]
    return str(scope)


def filled(path: str, value: object) -> str:
    """The path with `value` for each of its parameters."""
    start, brace, rest = path.partition("{")
    return filled(f"{start}{value}{rest.partition('}')[2]}", value) if brace else start


def ask(asked: Asked, secret: str | None, value: object = 1) -> Any:
    method, path = asked
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    if "If-Match" in {parameter["name"] for parameter in ALL[asked].get("parameters", [])}:
        headers["If-Match"] = '"r1"'
    kind = "application/json"
    return Client().generic(method.upper(), filled(path, value), content_type=kind, headers=headers)


def value_for(path: str) -> object:
    return uuid4() if any(name in path for name in ("{uuid}", "/events/{", "/operations/{")) else 1


@pytest.fixture
def acme(db: None) -> dict[str, object]:
    """Something of the tenant acme under each kind of path."""
    letter = made.dead(made.destination(), made.entry(tenant="acme"))
    key, _ = issue_key("theirs", [Scope.READ], "acme")
    background = Background.objects.create(kind="redrive", tenant="acme", by="user 1", total=0, upto=0)
    ids = (letter.entry.uuid, letter.pk, letter.pk, key.pk, background.uuid)
    return dict(zip(OF_TENANTS, ids, strict=True))


def test_the_matrix_has_every_operation() -> None:
    assert len(ALL) > 35
    assert {scope_of(asked) for asked in ALL} == {scope.value for scope in Scope}


@pytest.mark.parametrize("asked", ALL, ids=" ".join)
@pytest.mark.django_db
def test_without_a_key_it_answers_401(asked: Asked) -> None:
    response = ask(asked, None, value_for(asked[1]))

    assert response.status_code == 401
    assert_as_documented(response, *asked)
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("asked", ALL, ids=" ".join)
@pytest.mark.django_db
def test_with_a_revoked_key_it_answers_401(asked: Asked) -> None:
    key, secret = issue_key("former", list(Scope))
    revoke_key(key)

    response = ask(asked, secret, value_for(asked[1]))

    assert response.status_code == 401
    assert_as_documented(response, *asked)


@pytest.mark.parametrize("asked", ALL, ids=" ".join)
@pytest.mark.django_db
def test_with_every_scope_but_its_own_it_answers_403(asked: Asked) -> None:
    _, secret = issue_key("others", set(Scope) - {scope_of(asked)})

    response = ask(asked, secret, value_for(asked[1]))

    assert response.status_code == 403
    assert_as_documented(response, *asked)
    assert response.json()["code"] == "permission-denied"


@pytest.mark.parametrize("asked", TENANTED, ids=" ".join)
def test_what_is_another_tenants_is_answered_like_what_is_not_there(asked: Asked, acme: dict[str, object]) -> None:
    _, secret = issue_key("other", list(Scope), "other")
    [theirs] = [value for part, value in acme.items() if part in asked[1]]
    none = uuid4() if not isinstance(theirs, int) else theirs + 1_000

    answers = [ask(asked, secret, value) for value in (theirs, none)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert_as_documented(answers[0], *asked)
    assert ApiKey.objects.get(name="theirs").revoked_at is None


def test_every_path_of_a_tenants_things_is_in_the_matrix() -> None:
    assert len(TENANTED) == 10
