"""The ways of H31 to write something so that it does not look like what it is."""

import base64
import json
import re
from collections.abc import Callable, Mapping

Disguise = Callable[[str], str]

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def zero_width(text: str) -> str:
    return "\u200b".join(text)


def percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def in_json(text: str) -> str:
    return json.dumps({"inner": [text]})


def entities(text: str) -> str:
    return "".join(f"&#{ord(letter)};" for letter in text)


DISGUISES: Mapping[str, Disguise] = {
    "plain": str,
    "full-width": full_width,
    "zero-width": zero_width,
    "percent": percent,
    "base64": in_base64,
    "json": in_json,
    "entities": entities,
    "json in base64": lambda text: in_base64(in_json(text)),
    "base64 in json": lambda text: in_json(in_base64(text)),
}


def escaped(document: str) -> str:
    """JSON with every character of every string written as an escape."""
    return _STRING.sub(lambda found: _written_out(json.loads(found[0])), document)


def _written_out(text: str) -> str:
    return '"' + "".join(f"\\u{ord(letter):04x}" for letter in text) + '"'
