"""Texts to try before and where automata do not help: of each format, and of none."""

from collections.abc import Iterable, Iterator

PLAIN = (
    *("a", "x", "", "A", "0", "1", "-1", "1.5", "ab", "abc", "a b"),
    *("foo", "-", "_", " ", "é", "no format", "(", "{", "\\", "%"),
)
FORMATS = {
    "date": ("2024-02-29", "1999-12-31", "2000-01-01"),
    "date-time": ("2024-02-29T12:30:00Z", "1999-12-31T23:59:59.5+01:00", "2000-01-01T00:00:00Z"),
    "time": ("12:30:00Z", "23:59:59.5+01:00"),
    "duration": ("P1D", "PT1H30M", "P2W"),
    "email": ("a@b.co", "a@example.com", "b.c@example.org"),
    "idn-email": ("a@example.com", "ä@example.org"),
    "hostname": ("example.com", "a", "localhost"),
    "idn-hostname": ("example.com", "a"),
    "ipv4": ("192.0.2.1", "127.0.0.1"),
    "ipv6": ("2001:db8::1", "::1"),
    "uri": ("https://example.com/", "urn:a:b", "http://example.org/a?b#c"),
    "uri-reference": ("/a", "https://example.com/", "a"),
    "iri": ("https://example.com/", "urn:a:b"),
    "iri-reference": ("/a", "https://example.com/"),
    "uuid": ("3fa85f64-5717-4562-b3fc-2c963f66afa6", "00000000-0000-4000-8000-000000000000"),
    "uri-template": ("/a/{b}", "https://example.com/{id}"),
    "json-pointer": ("/a/b", "", "/0"),
    "relative-json-pointer": ("1/a", "0#"),
    "regex": ("^a+$", "a", "[0-9]"),
}  # fmt: skip
PADDING = "abcdefghij"
MAX_PADDED = 100_000


def samples(formats: Iterable[str], least: int, most: int | None) -> Iterator[str]:
    """Those of the right length first, then some that are made as long as they must be."""
    of_formats = [text for name in formats for text in FORMATS.get(name, ())]
    others = [text for texts in FORMATS.values() for text in texts]
    for text in (*of_formats, *PLAIN, *others):
        if least <= len(text) and (most is None or len(text) <= most):
            yield text
    if 0 < least <= MAX_PADDED:
        yield from (filler * least for filler in ("a", "x", "1", "é"))
        yield (PADDING * (least // len(PADDING) + 1))[:least]
