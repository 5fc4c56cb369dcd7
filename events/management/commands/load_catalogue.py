import json
from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from events.catalogue.load import Loaded, load_catalogue

UNDECIDED, UNUSABLE = 1, 2
EXITS = """exit codes:
  0  the registry has every type of the catalogue, in the catalogue's version or a newer one
  1  somebody must look at some: they were refused, or are drafts because events that were valid would be refused
  2  the database is away"""


class Command(BaseCommand):
    help = "Bring the event types of the ontology management system, with their schemas, into the registry.\n" \
        "Makes what is missing and may be run again at any time: what a person changed stays as it is."  # fmt: skip
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        options = {"epilog": EXITS, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **{**options, **kwargs})

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_catalogue()
        except DatabaseError as error:
            # What follows the first line may quote a row.
            first = next(iter(str(error).splitlines()), type(error).__name__)
            raise CommandError(f"The catalogue was not loaded: {first}", returncode=UNUSABLE) from error
        self.stdout.write(json.dumps(asdict(loaded)) if options["json"] else told(loaded))
        if loaded.drafted or loaded.refused:
            raise SystemExit(UNDECIDED)


def told(loaded: Loaded) -> str:
    """The counts, and a line for each type that somebody must look at."""
    counts = {name: len(names) for name, names in asdict(loaded).items()}
    lines = [", ".join(f"{count} {name}" for name, count in counts.items() if count)]
    lines += [
        f"  {name}: the newer version is a draft, as events that were valid would be refused; "
        "look at it in the admin, and activate it with a note"
        for name in loaded.drafted
    ]
    lines += [f"  {name}: refused: {why}" for name, why in loaded.refused.items()]
    return "\n".join(lines)
