"""What can be wrong with an event. Messages name the place and the rule, never a value."""

import re
from collections.abc import Sequence

MAX_POINTER = 512
MAX_SAID = 32
# Names come from producers and may be personal data themselves: what has more digits or other signs is not repeated.
_SAYABLE = re.compile(r"[0-9]{1,6}|[A-Za-z_$.~-]*+(?:[0-9][A-Za-z_$.~-]*+){0,3}")


class EnvelopeError(Exception):
    """Not a valid CloudEvent.

    `pointer` is a JSON Pointer into the event (or the document it came in), or the name of an HTTP header, with `*` for
    names that are not plain words; `code` is stable; `index` is the position in a batch.
    """

    def __init__(self, pointer: str, code: str, reason: str, index: int | None = None) -> None:
        said = _said(pointer[: MAX_POINTER + 1])
        self.pointer = said if len(said) <= MAX_POINTER else said[:MAX_POINTER] + "..."
        self.code = code
        self.reason = reason
        self.index = index
        super().__init__(f"{self.pointer or 'the document'}: {reason}")


class BatchError(EnvelopeError):
    """Some events of a batch are invalid: `errors` holds one for each of them, with its index."""

    def __init__(self, errors: Sequence[EnvelopeError], size: int) -> None:
        self.errors = tuple(errors)
        super().__init__("", "invalid-batch", f"{len(self.errors)} of {size} events are invalid")


class UnsupportedMediaTypeError(EnvelopeError):
    """The content type names no content mode this binding knows."""


class TooManyEventsError(EnvelopeError):
    """A batch has more events than one request may carry."""


def _said(pointer: str) -> str:
    return "/".join(name if len(name) <= MAX_SAID and _SAYABLE.fullmatch(name) else "*" for name in pointer.split("/"))
