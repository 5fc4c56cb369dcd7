"""Tables and texts for a terminal: what comes from outside is printed, never acted on."""

from collections.abc import Iterable, Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def printable(value: object) -> str:
    """A value as text without controls: a terminal would act on them."""
    text = str(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> Table:
    """A table; the columns named in `right` hold numbers. Values are text: markup in them means nothing."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        made.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(printable(value)) for value in row))
    return made


def console(stream: TextIO) -> Console:
    """Colours and width of the terminal if it is one; wide plain lines for a pipe or a file."""
    wide = None if stream.isatty() else 200
    return Console(file=stream, width=wide, highlight=False, soft_wrap=wide is not None)


def seconds(value: float | None) -> str:
    """A span as people say it: `0.4 s`, `3 min`, `5 h`, `2 d`."""
    if value is None:
        return "-"
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if value >= length:
            return f"{value / length:.0f} {unit}"
    return f"{value:.1f} s"


def share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
