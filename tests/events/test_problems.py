"""Every error of the API is a problem (RFC 9457)."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from pytest_django import Settings
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from events.api import problems
from events.api.authentication import HasScope
from events.api.problems import Problem
from events.api_keys import issue_key


class Order(serializers.Serializer[Any]):
    """Something to get wrong."""

    count = serializers.IntegerField(max_value=9)
    lines = serializers.ListField(child=serializers.IntegerField())


class ReadView(APIView):
    """A view for readers; raises what it is given."""

    permission_classes = [HasScope]
    required_scope = "events:read"
    error: Exception | None = None

    def get(self, request: Request) -> Response:
        caller: Any = request.user
        return Response({"caller": caller.name, "tenant": caller.tenant})

    def post(self, request: Request) -> Response:
        Order(data=request.data).is_valid(raise_exception=True)
        assert self.error is not None
        raise self.error


def ask(secret: str | None = None, method: str = "get", error: Exception | None = None, **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    request = getattr(APIRequestFactory(), method)("/api/v1/x", headers=headers, **options)
    response: Any = ReadView.as_view(error=error)(request)
    response.render()
    return response


@pytest.fixture
def secret(db: None) -> str:
    return issue_key("reports", ["events:read"], tenant="shop")[1]


def test_a_view_knows_its_caller(secret: str) -> None:
    assert ask(secret).data == {"caller": "reports", "tenant": "shop"}


@pytest.mark.django_db
@pytest.mark.parametrize("secret", [None, "ecp_0123456789ab_wrong"])
def test_without_a_good_key_a_view_answers_401(secret: str | None) -> None:
    response = ask(secret)

    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert (response.data["code"], response.data["title"]) == ("not-authenticated", "Not authenticated")


@pytest.mark.django_db
def test_without_the_scope_a_view_answers_403() -> None:
    response = ask(issue_key("a writer", ["events:write"])[1])

    assert (response.status_code, response.data["code"]) == (403, "permission-denied")


def test_a_validation_error_names_each_place(secret: str) -> None:
    response = ask(secret, "post", data={"count": 10, "lines": [1, "x"]}, format="json")

    assert (response.status_code, response.data["code"]) == (400, "invalid")
    assert [(error["pointer"], error["code"]) for error in response.data["errors"]] == [
        ("/count", "max_value"),
        ("/lines/1", "invalid"),
    ]


def test_a_parse_error_quotes_nothing(secret: str) -> None:
    response = ask(secret, "post", data='{"a": erika@example.com', content_type="application/json")

    assert response.status_code == 400
    assert b"erika" not in response.content


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404("erika"), 404, "not-found"),
        (PermissionDenied("erika"), 403, "permission-denied"),
        (RequestDataTooBig("erika"), 413, "body-too-large"),
        (OperationalError("erika"), 503, "database-unavailable"),
        (exceptions.Throttled(wait=3), 429, "throttled"),
        (exceptions.NotFound(), 404, "not-found"),
        (Problem(418, "teapot", "I am a teapot", "no coffee", brew="tea"), 418, "teapot"),
    ],
)
def test_an_error_becomes_a_problem(secret: str, error: Exception, status: int, code: str) -> None:
    response = ask(secret, "post", error, data={"count": 1, "lines": []}, format="json")

    body = json.loads(response.content)
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"/problems/{code}"
    assert "erika" not in json.dumps(body)
    assert ("Retry-After" in response) == (status in {429, 503})


def test_an_error_nobody_foresaw_goes_on(secret: str) -> None:
    with pytest.raises(ZeroDivisionError):
        ask(secret, "post", ZeroDivisionError(), data={"count": 1, "lines": []}, format="json")


def test_a_path_that_is_not_there_is_a_problem(settings: Settings, client: Client) -> None:
    settings.ROOT_URLCONF = "tests.events.urls"

    response = client.get("/api/v1/nothing")

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert client.get("/other")["Content-Type"].startswith("text/html")


def test_a_post_to_a_path_that_is_not_there_is_not_asked_for_a_csrf_token() -> None:
    response = Client(enforce_csrf_checks=True).post("/api/v1/events/", "{}", content_type="application/json")

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_a_host_that_is_not_ours_is_a_problem(settings: Settings, client: Client) -> None:
    settings.ROOT_URLCONF = "tests.events.urls"

    response = client.get("/api/v1/nothing", headers={"Host": "evil.example"})

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(("path", "content_type"), [("/api/v1/x", "application/problem+json"), ("/x", "text/html")])
def test_an_unforeseen_error_is_a_problem_under_the_api(path: str, content_type: str) -> None:
    request = RequestFactory().get(path)

    for response in (problems.handler500(request), problems.handler403(request, PermissionDenied())):
        assert response["Content-Type"].startswith(content_type)
