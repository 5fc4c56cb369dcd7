"""Where the end of the chain is written down outside the database: a line for each time, in a file."""

import json
from pathlib import Path
from typing import NamedTuple


class Anchor(NamedTuple):
    """The record that was the newest, by number and digest."""

    number: int
    digest: str

    def as_line(self) -> str:
        return json.dumps(self._asdict()) + "\n"


class AnchorError(ValueError):
    """What should hold anchors does not."""


def parse_anchors(text: str) -> list[Anchor]:
    """One JSON object a line. Raises AnchorError with the number of the first line that is none."""
    return [_parsed(line, number) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def read_anchors(path: Path) -> list[Anchor]:
    return parse_anchors(path.read_text("utf-8"))


def append_anchor(path: Path, anchor: Anchor) -> None:
    """Add a line to a file; it is made if it is missing."""
    with path.open("a", encoding="utf-8") as file:
        file.write(anchor.as_line())


def _parsed(line: str, number: int) -> Anchor:
    try:
        members = json.loads(line)
        return Anchor(int(members["number"]), str(members["digest"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise AnchorError(f"line {number} is no anchor")
