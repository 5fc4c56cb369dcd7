"""Values that are hidden already, and so are not personal by the name of their field any more."""

import re2

_MASKED = re2.compile(
    r"^\s*(?:[*\x{2022}\x{2588}#xX. -]*[*\x{2022}\x{2588}]{2,}[*\x{2022}\x{2588}#xX. -]*"
    r"|[\[<({]{1,2}[A-Z][A-Z0-9_ ]{1,40}[\])>}]{1,2}"
    r"|pii\.v1\.[A-Za-z0-9_.-]{1,64}\.[A-Za-z0-9_-]{38,})\s*$"
)


def is_masked(text: str) -> bool:
    """`****`, `[REDACTED]`, `<EMAIL_1>` and the product's own encrypted tokens."""
    return _MASKED.search(text.encode(errors="replace").decode()) is not None
