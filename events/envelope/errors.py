"""What can be wrong with an event. Messages name the place and the rule, never a value."""

from collections.abc import Sequence

MAX_POINTER = 512


class EnvelopeError(Exception):
    """Not a valid CloudEvent.

    `pointer` is a JSON Pointer into the event (or the document it came in), or the name of an HTTP header; `code` is
    stable; `index` is the position in a batch.
    """

    def __init__(self, pointer: str, code: str, reason: str, index: int | None = None) -> None:
        self.pointer = pointer if len(pointer) <= MAX_POINTER else pointer[:MAX_POINTER] + "..."
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
