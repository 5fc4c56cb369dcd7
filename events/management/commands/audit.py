"""Check the chain of audit records, or write down where it ends."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.audit import s3
from events.audit.anchors import Anchor, AnchorError, append_anchor, read_anchors
from events.audit.verify import head, verify

BROKEN, UNUSABLE = 1, 2


class Command(BaseCommand):
    help = "Check the chain of audit records (verify), or write down where it ends (anchor)."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        checked = acts.add_parser("verify", help="exit code 1 names the first record that does not fit")
        checked.add_argument("--anchors", metavar="PLACE", help="a file or s3://bucket/key that `anchor` wrote to")
        anchored = acts.add_parser("anchor", help="add a line with the newest record's number and digest")
        anchored.add_argument("place", metavar="PLACE", help="a file, or s3://bucket/key")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            self._verify(options["anchors"]) if act == "verify" else self._anchor(options["place"])
        except (AnchorError, OSError) as error:
            raise CommandError(str(error), returncode=UNUSABLE) from error

    def _verify(self, place: str | None) -> None:
        found = verify(_read(place) if place else [])
        if found.broken:
            raise CommandError(f"Record {found.broken.number} {found.broken.what}.", returncode=BROKEN)
        self.stdout.write(f"{found.records} records, the chain is whole.")

    def _anchor(self, place: str) -> None:
        newest = head()
        if newest is None:
            raise AnchorError("nothing is recorded yet")
        if _is_object(place):
            s3.append_to_object(place, newest)
        else:
            append_anchor(Path(place), newest)
        self.stdout.write(f"Record {newest.number} is anchored.")


def _read(place: str) -> list[Anchor]:
    return s3.read_object(place) if _is_object(place) else read_anchors(Path(place))


def _is_object(place: str) -> bool:
    return place.startswith("s3://")
