"""The reason of an act by a command, as it is kept on record."""

from argparse import ArgumentTypeError

from events.line import MAX_REASON, NO_LINE, is_line


def reason(text: str) -> str:
    """An argument's type: what the API takes, or nothing."""
    if text and not (is_line(text) and len(text) <= MAX_REASON):
        raise ArgumentTypeError(f"{NO_LINE}, of at most {MAX_REASON} characters")
    return text


def needed(text: str) -> str:
    """The same for an act that must not be done without one."""
    if not text:
        raise ArgumentTypeError("say why")
    return reason(text)
