"""Requests about configuration, as a script makes them."""

from typing import Any

from django.test import Client

JSON = "application/json"


def post(client: Client, path: str, body: Any = None) -> Any:
    if body is None:
        return client.post(path, content_type=JSON)
    return client.post(path, body, content_type=JSON)


def put(client: Client, path: str, body: Any, tag: str | None) -> Any:
    return client.put(path, body, content_type=JSON, headers=_match(tag))


def delete(client: Client, path: str, tag: str | None) -> Any:
    return client.delete(path, headers=_match(tag))


def pointers(response: Any) -> list[str]:
    return [error["pointer"] for error in response.json()["errors"]]


def _match(tag: str | None) -> dict[str, str]:
    return {} if tag is None else {"If-Match": tag}
