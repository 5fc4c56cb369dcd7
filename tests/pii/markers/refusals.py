"""Requests full of markers that are refused: each way to be refused, with the status that it is answered by."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from events.models import EventType
from tests.pii.markers.events import Document, as_body, brief, document, full
from tests.pii.markers.made import ALONE, JWT, MARKERS
from tests.schemas.registry.made import active, event_type

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
MAIL, CARD = "zebra.quagga.4711@tests.example", "4556737586899855"
STRICT, LENIENT, MIGRATED = "com.example.strict", "com.example.default.lenient.delivered", "com.example.migrated"
NO_HEADERS: Mapping[str, str] = {}
BRIEF = brief("com.example.encrypt.delivered", "refused")["data"]

# Every keyword that has something to say about values or names.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "number": {"type": "integer"}, "short": {"maxLength": 3}, "one": {"const": "a"}, "some": {"enum": ["a", "b"]},
        "mail": {"format": "email"}, "shaped": {"pattern": "^a$"}, "small": {"maximum": 7}, "even": {"multipleOf": 2},
        "either": {"anyOf": [{"type": "integer"}, {"const": "b"}]}, "not": {"not": {"type": "string"}},
        "list": {"uniqueItems": True, "contains": {"type": "integer"}, "items": {"maxLength": 2}},
        "map": {"propertyNames": {"maxLength": 2}, "additionalProperties": {"type": "integer"}},
        "any": {"patternProperties": {".": {"type": "integer"}}},
    },
    "dependentRequired": {"number": ["other"]},
    "additionalProperties": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refused:
    """A body and the status that it must be answered by."""

    what: str
    status: int
    body: bytes
    content_type: str = STRUCTURED
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)
    query: str = ""


def types() -> None:
    """Types with schemas: one that refuses what does not fit, one that lets it in, one with a migration that fails."""
    active(event_type(STRICT), SCHEMA)
    active(event_type(LENIENT, on_invalid=EventType.OnInvalid.FLAG), SCHEMA)
    renamed = event_type(MIGRATED, migrate=EventType.Migrate.OLDER)
    active(renamed, {"type": "object", "properties": {"note": {"type": "string"}}})
    newer = {"type": "object", "properties": {"remark": {"type": "string"}}}
    active(renamed, newer, "2.0.0", migration_up=[{"op": "rename", "path": "/note", "to": "remark"}])


def unfit() -> dict[str, Any]:
    """Data that breaks all of the schema, with markers for values and for names."""
    said = [marker.alone for marker in ALONE]
    names = SCHEMA["properties"]
    values: dict[str, Any] = {name: said[index % len(said)] for index, name in enumerate(names)}
    values |= {"list": [*said, *said], "map": dict.fromkeys(said, MAIL), "any": dict.fromkeys(said, CARD)}
    return {**values, "small": int(CARD), "even": int(CARD), **{text: text for text in said}}


def refused() -> Iterator[Refused]:
    yield from _by_policy()
    yield from _by_schema()
    yield from _as_json()
    yield from _as_events()
    yield from _as_requests()


def _by_policy() -> Iterator[Refused]:
    blocked = "com.example.block.delivered"
    yield Refused("blocked", 422, as_body(full(blocked, "blocked")))
    for name in ("id", "subject", "partitionkey", "remark"):
        made = document(blocked, "1", {}) | {name: MAIL}
        yield Refused(f"blocked in {name}", 422, as_body(made))
    yield Refused("blocked in source", 422, as_body(document(blocked, "1", {}) | {"source": f"/{MAIL}"}))
    yield Refused("blocked in its type", 422, as_body(document(f"com.example.block.{MAIL}", "1", {})))
    good = document("com.example.encrypt.delivered", f"good {MAIL}", BRIEF)
    yield Refused("batch with one that is blocked", 422, _batch(good, brief(blocked, "blocked")), BATCH)
    yield Refused("unknown class", 422, as_body(document(STRICT, "1", {"id": 1}, dataclassification=MAIL)))


def _by_schema() -> Iterator[Refused]:
    yield Refused("schema", 422, as_body(document(STRICT, f"schema {MAIL}", unfit(), subject=MAIL)))
    for marker in MARKERS:
        data = {"number": marker.text, marker.text: marker.text, "map": {marker.text: marker.text}}
        yield Refused(f"schema: {marker.kind}", 422, as_body(document(STRICT, f"schema {marker.kind}", data)))
    yield Refused("no JSON for a schema", 422, as_body(document(STRICT, "1", MAIL, datacontenttype="text/plain")))
    for version in (MAIL, "9.9.9"):
        yield Refused("unknown version", 422, as_body(document(STRICT, "1", BRIEF, schemaversion=version)))
    old = document(MIGRATED, f"old {MAIL}", {"note": MAIL, "remark": CARD}, schemaversion="1.0.0")
    yield Refused("migration", 422, as_body(old))
    yield Refused("batch with migration", 422, _batch(old, document(STRICT, "1", unfit())), BATCH)


def _as_json() -> Iterator[Refused]:
    text = json.dumps(BRIEF)
    start = '{"specversion":"1.0","id":"1","source":"/s","type":"com.example.x","data":'
    twice = "".join(f"{json.dumps(marker.alone)}:1," * 2 for marker in ALONE)
    bodies = {
        "cut off": f"{start}{text[:-9]}",
        "no JSON at all": f"{MAIL} {CARD} {JWT}",
        "a stray word": f"{start}{text},{MAIL}}}",
        "a duplicate name": f"{start}{{{twice[:-1]}}}}}",
        "an attribute twice": f'{start}{text},"subject":"{MAIL}","subject":"{CARD}"}}',
        "nested duplicate": f'{start}{{"{MAIL}":{{"{CARD}":{{"a":1,"a":2}}}}}}}}',
        "U+0000": f'{start}{{"{MAIL}":"{CARD}\\u0000"}}}}',
        "too deep": f'{start}{f"[{{{json.dumps(MAIL)}:" * 100}"{CARD}"{"}]" * 100}}}',
        "a bad number": f"{start}{{\"card\":0{CARD}}}}}",
        "a lone surrogate": f'{start}{{"{MAIL}":"\\ud800{CARD}"}}}}',
        "not an object": json.dumps([MAIL, CARD]),
    }  # fmt: skip
    for what, body in bodies.items():
        yield Refused(what, 400, body.encode())
        yield Refused(f"{what}, in a batch", 400, f"[{body}]".encode(), BATCH)
    yield Refused("no UTF-8", 400, f"{start}{text}}}".encode("utf-16"))
    binary = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "com.example.x"}
    for what, body in (
        ("cut off", text[:-9]),
        ("a duplicate name", f"{{{twice[:-1]}}}"),
        ("U+0000", '{"a":"\\u0000"}'),
    ):
        yield Refused(f"{what}, binary mode", 400, body.encode(), "application/json", binary)
    yield Refused("text that is none, binary mode", 400, f"{MAIL}\0".encode(), "text/plain", binary)


def _as_events() -> Iterator[Refused]:
    whole = document("com.example.x", f"bad {MAIL}", BRIEF, subject=MAIL, partitionkey=CARD)
    changes: dict[str, dict[str, Any]] = {
        "no version": {"specversion": MAIL},
        "an empty id": {"id": ""},
        "a long id": {"id": MAIL * 40},
        "a long subject": {"subject": MAIL * 200},
        "a bad source": {"source": f"not a uri {MAIL}"},
        "a bad time": {"time": f"1931-10-27 {MAIL}"},
        "a bad content type": {"datacontenttype": MAIL},
        "a bad schema": {"dataschema": MAIL},
        "a name that is none": {MAIL: 1},
        "a name that is too long": {f"{CARD}" * 9: 1},
        "a value that is none": {"remark": [MAIL]},
        "a value that is none, under a marker": {CARD: [MAIL]},
        "a number that is too large": {"ssn": int(CARD)},
        "a control character": {"subject": f"{MAIL}\x07"},
        "two kinds of data": {"data_base64": "QQ=="},
        "no base64": {"data_base64": MAIL, "data": None},
    }
    for what, change in changes.items():
        made = whole | change
        yield Refused(what, 400, as_body(made))
        yield Refused(f"{what}, in a batch", 400, _batch(brief("com.example.x", "good"), made), BATCH)
    headers = {"ce-specversion": "1.0", "ce-source": "/s", "ce-type": "com.example.x"}
    for what, bad in (("no id", {}), ("bad percent-encoding", {"ce-id": f"%zz{MAIL}"}), ("no uri", {"ce-id": "1"})):
        bad = {**headers, **bad, "ce-subject": quote(MAIL), "ce-dataschema": quote(MAIL)}
        yield Refused(f"{what}, binary mode", 400, json.dumps(BRIEF).encode(), "application/json", bad)


def _as_requests() -> Iterator[Refused]:
    body = as_body(document("com.example.x", f"bad {MAIL}", BRIEF))
    yield Refused("another format", 415, body, "application/cloudevents+avro")
    yield Refused("another format, with a marker", 415, body, f'application/cloudevents+json; charset="{MAIL}"')
    yield Refused("no CloudEvents type", 415, body, "application/json")
    yield Refused("a marker for a type", 415, body, f"text/{CARD}")
    yield Refused("compressed", 415, body, headers={"Content-Encoding": MAIL})
    yield Refused("too large", 413, body + b" " * 1_000_000)
    yield Refused("too many", 413, b"[" + b",".join([as_body(document("t", MAIL))] * 1001) + b"]", BATCH)
    yield Refused("another key", 401, body, headers={"Authorization": f"Bearer {JWT}"})


def _batch(*made: Document) -> bytes:
    return b"[" + b",".join(map(as_body, made)) + b"]"
