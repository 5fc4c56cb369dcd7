"""What our commands have in common: the answer on stdout, talk on stderr, and exit codes that say what was found."""

import json
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from rich.console import Console

from controlplane.management.printed import console

UNUSABLE = 2


class AnsweringCommand(BaseCommand):
    """A command with `--json`. `exits` says in the help what each exit code means."""

    exits: Mapping[int, str] = {}
    # They are asked when something is wrong: they look for themselves.
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        codes = "\n".join(f"  {code}  {meaning}" for code, meaning in self.exits.items())
        options = {"epilog": f"exit codes:\n{codes}", "formatter_class": RawDescriptionHelpFormatter}
        parser = super().create_parser(prog_name, subcommand, **{**options, **kwargs})
        parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
        return parser

    def say(self, text: str) -> None:
        """Talk, beside the answer."""
        self.stderr.write(text, str)

    def answer(self, answer: object) -> None:
        """One JSON document, on a line of its own."""
        self.stdout.write(json.dumps(answer, default=str) + "\n")

    def screen(self) -> Console:
        """For tables and colours, where the answer is for people."""
        # It writes in pieces: the wrapper must not make a line of each.
        self.stdout.ending = ""
        return console(cast(TextIO, self.stdout))

    def finish(self, code: int) -> None:
        if code:
            raise SystemExit(code)

    def reading(self, read: Callable[[], Any]) -> Any:
        """What `read` returns; a database that cannot be asked ends the command."""
        try:
            return read()
        except DatabaseError as error:
            raise CommandError(database_away(error), returncode=UNUSABLE) from error


def database_away(error: DatabaseError) -> str:
    """The first line names the server or the table; what follows it may quote a row."""
    first = next(iter(str(error).splitlines()), type(error).__name__)
    return f"The database cannot be read: {first}\nRun `manage.py doctor` to see what is missing."
