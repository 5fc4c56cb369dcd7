"""Texts of others, shown so that nothing in them acts unseen. Pure."""

import re

# All but tab and newline; C1; marks and overrides of direction; what has no width.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def visible(text: str) -> str:
    """What controls a terminal, has no shape or turns the direction is shown as its code, `\\u001b`."""
    return _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
