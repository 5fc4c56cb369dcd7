"""Keys in addresses and forms: whatever else stands there names nothing."""

from collections.abc import Mapping


def number_in(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
