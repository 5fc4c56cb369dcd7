"""Events that are full of markers, as documents of structured mode."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tests.pii.markers.disguises import DISGUISES
from tests.pii.markers.made import ALONE, MARKERS, NUMBERS, Marker

Document = dict[str, Any]
OF_URIS = "/:@!$&'()*+,;=~"


def document(type: str, id: str, data: Any = None, **members: Any) -> Document:
    return {"specversion": "1.0", "id": id, "source": "/oms/markers", "type": type, "data": data, **members}


def brief(type: str, id: str) -> Document:
    """Every kind as a value, in a sentence, as a name and as a number."""
    data = {
        "fields": [{marker.field: marker.text} for marker in MARKERS],
        "sentences": [f"Seen: {marker.alone} (twice)" for marker in ALONE],
        "names": {marker.alone: index for index, marker in enumerate(ALONE)},
        "numbers": [{marker.field: marker.number} for marker in NUMBERS],
    }
    return document(type, id, data)


def full(type: str, id: str) -> Document:
    """And in every disguise: in a field of its name, in one that says nothing, and as a name itself."""
    made = brief(type, id)
    for how, put in DISGUISES.items():
        said = [put(marker.alone) for marker in ALONE]
        fields = [{marker.field: put(marker.text)} for marker in MARKERS]
        made["data"][how] = [fields, said, dict.fromkeys(said, True)]
    return made


def in_attributes(type: str, marker: Marker) -> Document:
    """One kind in everything that tells an event apart, and in extensions."""
    said = " ".join(marker.alone.split("\n"))
    extensions: dict[str, Any] = {"remark": f"see {said}"}
    if marker.number is not None and marker.number < 2**31:
        extensions[marker.field] = marker.number
    return document(type, f"{said} of {type}"[-256:], {}, subject=said, partitionkey=said[:200], **extensions) | {
        "source": f"/oms/{quote(said, safe=OF_URIS)}"
    }


def in_extensions(type: str, id: str) -> Document:
    """Every kind in an extension of its own, also in disguise and as a name."""
    said = {f"x{index}": " ".join(marker.alone.split("\n")) for index, marker in enumerate(ALONE)}
    hidden = {f"{name}p": DISGUISES["percent"](text)[:4000] for name, text in said.items()}
    as_names = {"4556737586899855": "a card", "de89370400440532013000": 1}
    named = {"fullname": "Zebrina Quaggason", "dateofbirth": "1931-10-27", "ssn": 512684713}
    return document(type, id, {}, **said, **hidden, **as_names, **named)


def in_text(type: str, id: str) -> Document:
    """Data that is no JSON."""
    text = "\n".join(f"{marker.kind}: {marker.alone}" for marker in ALONE)
    return document(type, id, text, datacontenttype='text/plain; owner="zebra.quagga.4711@tests.example"')


def in_bytes(type: str, id: str, disguise: str = "plain") -> Document:
    """Binary data."""
    text = "\n".join(DISGUISES[disguise](marker.alone) for marker in ALONE)
    made = document(type, id, datacontenttype="application/octet-stream", data_base64=DISGUISES["base64"](text))
    del made["data"]
    return made


def everything(type: str) -> Iterator[Document]:
    yield full(type, f"full {type}")
    yield in_extensions(type, f"extensions {type}")
    yield in_text(type, f"text {type}")
    yield in_bytes(type, f"bytes {type}")
    yield from (in_attributes(type, marker) for marker in ALONE)


def as_body(made: Document) -> bytes:
    return json.dumps(made, ensure_ascii=False).encode()
