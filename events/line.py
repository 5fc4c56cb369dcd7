"""Texts of one line, such as names, reasons and notes."""

import re

LINE = re.compile(r"^[^\x00-\x20\x7f-\xa0]([^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0])?$")
NO_LINE = "must be one line, without spaces at its ends"
MAX_REASON = 200


def is_line(text: str) -> bool:
    """Whether all of it is: what is searched for by `$` may have a newline after it."""
    return LINE.fullmatch(text) is not None
