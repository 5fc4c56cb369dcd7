"""The contract as it is served: the document in two forms, and the page that reads it, with nothing from elsewhere."""

import re
from typing import Any

import pytest
import yaml
from django.test import Client
from openapi_spec_validator import validate

from tests.api.contract import document

JSON, YAML, DOCS = "/api/v1/openapi.json", "/api/v1/openapi.yaml", "/api/v1/docs"


def status(client: Client, path: str) -> int:
    response = client.get(path)
    response.close()
    return response.status_code


def test_the_document_is_valid_and_the_same_in_both_forms(client: Client) -> None:
    as_json, as_yaml = client.get(JSON), client.get(YAML)

    assert (as_json["Content-Type"], as_yaml["Content-Type"]) == ("application/json", "application/yaml")
    assert as_json.json() == yaml.safe_load(as_yaml.content)
    assert as_json.json()["openapi"] == "3.1.0"
    validate(as_json.json())


def test_it_is_not_sent_again_to_who_has_it(client: Client) -> None:
    first = client.get(JSON)

    again = client.get(JSON, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [JSON, YAML])
def test_it_takes_no_parameters_and_is_only_read(client: Client, path: str) -> None:
    """H25."""
    unknown, other = client.get(path, {"lang": "de"}), client.post(path)

    assert (unknown.status_code, unknown.json()["errors"][0]["parameter"]) == (400, "lang")
    assert (other.status_code, other["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.django_db
def test_the_page_loads_nothing_from_elsewhere_and_all_it_loads_is_there(client: Client) -> None:
    page = client.get(DOCS).content.decode()

    addresses = re.findall(r'(?:src|href|data-document)="([^"]*)"', page)
    assert len(addresses) >= 5
    assert all(address.startswith("/") for address in addresses)
    assert [status(client, address) for address in addresses] == [200] * len(addresses)
    assert any("favicon" in address for address in addresses)


@pytest.mark.parametrize("status", ["401", "503"])
def test_what_a_problem_comes_with_is_documented(status: str) -> None:
    answers = [operation["responses"][status] for path in document()["paths"].values() for operation in path.values()]

    expected = {"401": "WWW-Authenticate", "503": "Retry-After"}[status]
    assert all({"X-Request-ID", expected} <= set(answer["headers"]) for answer in answers)


def test_every_link_leads_to_an_operation_and_gives_its_parameters() -> None:
    by_id: dict[str, Any] = {
        operation["operationId"]: operation for path in document()["paths"].values() for operation in path.values()
    }
    links = [
        link
        for operation in by_id.values()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]

    assert len(links) >= 20
    for link in links:
        names = {parameter["name"] for parameter in by_id[link["operationId"]].get("parameters", [])}
        assert set(link["parameters"]) <= names
