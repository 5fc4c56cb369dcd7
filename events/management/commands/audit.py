"""Check the chain of audit records, or write down where it ends."""

import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from events.audit import s3
from events.audit.anchors import Anchor, AnchorError, append_anchor, read_anchors
from events.audit.verify import Verified, head, verify

BROKEN, UNUSABLE = 1, 2
EXITS = """exit codes:
  0  the chain is whole, or its end is written down
  1  verify: the chain is broken, at the record that is named
  2  it cannot be asked for like this, nothing is recorded yet, or a place or the database cannot be used"""
PLACE = "a file, or s3://bucket/key"


class Command(BaseCommand):
    help = "Check the chain of audit records (verify), or write down where it ends (anchor)."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        options = {"epilog": EXITS, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **{**options, **kwargs})

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT", parser_class=CommandParser)
        checked = _act(acts, "verify", "hold every record against the one before it, and against anchors")
        checked.add_argument("--anchors", metavar="PLACE", help=f"what `anchor` wrote to: {PLACE}")
        checked.add_argument("--json", action="store_true", help="answer in JSON, for programs")
        anchored = _act(acts, "anchor", "add a line with the newest record's number and digest")
        anchored.add_argument("place", metavar="PLACE", help=PLACE)

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            self._verify(**options) if act == "verify" else self._anchor(options["place"])
        except (AnchorError, OSError) as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error
        except DatabaseError as error:
            first = next(iter(str(error).splitlines()), type(error).__name__)
            raise CommandError(f"The database cannot be read: {first}", returncode=UNUSABLE) from error

    def _verify(self, *, anchors: str | None, json: bool, **_: Any) -> None:
        found = verify(_read(anchors) if anchors else [])
        if json:
            self.stdout.write(_answer(found))
        if found.broken:
            raise CommandError(f"Record {found.broken.number} {found.broken.what}.", returncode=BROKEN)
        if not json:
            self.stdout.write(f"{_count(found.records)}, the chain is whole.")

    def _anchor(self, place: str) -> None:
        newest = head()
        if newest is None:
            raise AnchorError("nothing is recorded yet")
        if _is_object(place):
            s3.append_to_object(place, newest)
        else:
            append_anchor(Path(place), newest)
        self.stdout.write(f"Record {newest.number} is anchored.")


def _act(acts: Any, name: str, what: str) -> CommandParser:
    parser: CommandParser = acts.add_parser(name, help=what, description=what, epilog=EXITS)
    parser.formatter_class = RawDescriptionHelpFormatter
    return parser


def _answer(found: Verified) -> str:
    broken = found.broken._asdict() if found.broken else None
    return json.dumps({"records": found.records, "whole": broken is None, "broken": broken})


def _count(records: int) -> str:
    return f"{records} record{'' if records == 1 else 's'}"


def _read(place: str) -> list[Anchor]:
    return s3.read_object(place) if _is_object(place) else read_anchors(Path(place))


def _is_object(place: str) -> bool:
    return place.startswith("s3://")
