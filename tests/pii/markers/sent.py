"""Markers on their way in, over HTTP in its three modes."""

import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.test import Client

from tests.pii.markers.disguises import escaped as with_escapes
from tests.pii.markers.events import Document, as_body
from tests.pii.markers.refusals import BATCH, STRUCTURED, Refused

EVENTS = "/api/v1/events"
PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')


def over_http(client: Client, made: Document, number: int) -> None:
    """In structured or in binary mode, in turns."""
    _accepted(structured(client, made) if number % 2 else _binary(client, made))


def escaped(client: Client, made: Document) -> None:
    """With every character of it as an escape of JSON."""
    body = with_escapes(json.dumps(made, ensure_ascii=False)).encode()
    _accepted(client.post(EVENTS, body, content_type=STRUCTURED))


def as_batch(client: Client, documents: Sequence[Document]) -> None:
    _accepted(client.post(EVENTS, b"[" + b",".join(map(as_body, documents)) + b"]", content_type=BATCH))


def refused(client: Client, one: Refused) -> Any:
    return client.post(EVENTS, one.body, content_type=one.content_type, headers=dict(one.headers))


def structured(client: Client, made: Document) -> Any:
    return client.post(EVENTS, as_body(made), content_type=STRUCTURED)


def _binary(client: Client, made: Document) -> Any:
    rest = {name: value for name, value in made.items() if name not in ("data", "data_base64", "datacontenttype")}
    headers = {f"ce-{name}": quote(str(value), safe=PRINTABLE) for name, value in rest.items()}
    content_type = made.get("datacontenttype", "application/json")
    return client.post(EVENTS, _body(made), content_type=content_type, headers=headers)


def _body(made: Document) -> bytes:
    if "data_base64" in made:
        return base64.b64decode(made["data_base64"])
    data = made["data"]
    return data.encode() if isinstance(data, str) else json.dumps(data, ensure_ascii=False).encode()


def _accepted(answer: Any) -> None:
    assert answer.status_code == 202, answer.content.decode()
