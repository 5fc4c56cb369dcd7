"""Strings of a schema: of its formats, patterns and lengths."""

from collections.abc import Sequence
from typing import Any

from events.schemas.examples.draw import Draw
from events.schemas.examples.errors import NoExampleError
from events.schemas.examples.regular import matching

FORMATS: dict[str, tuple[str, ...]] = {
    "date": ("2026-01-31", "1999-12-31", "2024-02-29"),
    "date-time": ("2026-01-31T12:00:00Z", "1999-12-31T23:59:59.5+01:00"),
    "duration": ("P1D", "PT36H", "P1Y2M"),
    "email": ("someone@example.com", "a.b@example.org"),
    "hostname": ("example.com", "a.example.org"),
    "idn-email": ("someone@example.com",),
    "idn-hostname": ("example.com",),
    "ipv4": ("192.0.2.1", "198.51.100.255"),
    "ipv6": ("2001:db8::1", "::"),
    "iri": ("https://example.com/a",),
    "iri-reference": ("/a",),
    "json-pointer": ("", "/a/0"),
    "regex": ("^a+$", "[0-9]"),
    "relative-json-pointer": ("0", "1/a"),
    "time": ("12:00:00Z", "23:59:59.5+01:00"),
    "uri": ("https://example.com/a", "urn:example:a"),
    "uri-reference": ("/a", "https://example.com/a"),
    "uri-template": ("/a/{b}",),
    "uuid": ("6f2b0f2e-4d0a-4b52-9d5b-0a1b2c3d4e5f", "00000000-0000-4000-8000-000000000000"),
}
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789 -_éß中😀"
USUAL_LENGTH = 12
MAX_LENGTH = 5_000
TRIES = 20


def string(schemas: Sequence[dict[str, Any]], draw: Draw) -> str:
    """Of all the schemas at once as far as is easily done: what does not fit after all is thrown away elsewhere."""
    low = max((int(schema.get("minLength", 0)) for schema in schemas), default=0)
    high = min((int(schema["maxLength"]) for schema in schemas if "maxLength" in schema), default=low + USUAL_LENGTH)
    if low > min(high, MAX_LENGTH):
        raise NoExampleError
    patterns = [schema["pattern"] for schema in schemas if "pattern" in schema]
    if patterns:
        return _fitting(draw.among(patterns), low, high, draw)
    formats = [schema["format"] for schema in schemas if schema.get("format") in FORMATS]
    if formats:
        return draw.among(FORMATS[draw.among(formats)])
    length = draw.between(low, min(high, MAX_LENGTH, low + 300))
    return "".join(draw.among(LETTERS) for _ in range(length))


def _fitting(pattern: str, low: int, high: int, draw: Draw) -> str:
    for repeated in range(TRIES):
        made = matching(pattern, draw, max(repeated, low, draw.between(0, 3)))
        if len(made) < low and not pattern.endswith("$"):
            made = made.ljust(low, "a")
        if low <= len(made) <= high:
            return made
    raise NoExampleError
