import sys
from argparse import ArgumentTypeError, BooleanOptionalAction
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from controlplane.management.answering import UNUSABLE, AnsweringCommand
from dlq.models import Operation
from dlq.operations.follow import follow
from dlq.operations.pace import MAX_RATE
from dlq.operations.plan import Plan, plan
from dlq.operations.start import start
from dlq.operations.subject import Subject
from events.management.reason import reason as reason_of
from routing.search.bounded import SearchTimeoutError
from routing.search.page import explained
from routing.search.qualifiers import QueryError

DONE, NOT_DONE, USAGE, NOTHING = 0, 1, UNUSABLE, 3
INTERRUPTED = 130
REDRIVE = Operation.Kind.REDRIVE


class Command(AnsweringCommand):
    help = "Put dead letters back on their way: counted first, then slice by slice, in the order of their keys."
    exits = {
        DONE: "done, or begun with --no-wait, or counted with --dry-run",
        NOT_DONE: "failed, cancelled, or you said no",
        USAGE: "it cannot be asked for like this, or the database cannot be read",
        NOTHING: "nothing matches",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--filter", metavar="SEARCH", help='in the words of the search: "dest:nats since:1h"')
        which.add_argument("--ids", nargs="+", type=int, metavar="ID", help="ids of dead letters")
        which.add_argument("--all", action="store_true", help="all there are")
        parser.add_argument("--tenant", default="", help="only those of this tenant")
        parser.add_argument("--reason", type=reason_of, default="", help="why, in one line; kept with the operation")
        parser.add_argument("--rate", type=_rate, metavar="N", help="at most so many a second; else as fast as it goes")
        parser.add_argument("--dry-run", action="store_true", help="say how many it would be, and stop")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--wait", action=BooleanOptionalAction, default=True, help="stay until it is over; else workers do it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        subject = _subject(**options)
        try:
            seen: Plan = self.reading(lambda: plan(REDRIVE, subject))
        except (QueryError, SearchTimeoutError) as error:
            raise CommandError(explained(error), returncode=USAGE) from error
        if options["dry_run"] or not seen.count:
            self._counted(seen, **options)
            return
        if not options["yes"] and sys.stdin.isatty() and not self._agreed(seen):
            self.say("Nothing was done.")
            self.finish(NOT_DONE)
        self._redrive(subject, seen, **options)

    def _counted(self, seen: Plan, *, json: bool, **_: Any) -> None:
        if json:
            self.answer({"count": seen.count, "exact": seen.exact})
        else:
            self.stdout.write(f"{_many(seen)} match." if seen.count else "Nothing matches.")
        self.finish(DONE if seen.count else NOTHING)

    def _agreed(self, seen: Plan) -> bool:
        self.stderr.write(f"Redrive {_many(seen)}? [y/N] ", ending="")
        self.stderr.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def _redrive(
        self, subject: Subject, seen: Plan, *, reason: str, rate: int | None, wait: bool, json: bool, **_: Any
    ) -> None:
        # Twenty more letters are no reason to stop: what dies now is not part of it.
        begin = partial(start, REDRIVE, subject, by=None, reason=reason, as_of=seen.as_of, rate=rate)
        operation: Operation = self.reading(lambda: begin(announced=not wait))
        if wait:
            self._wait(operation)
        if json:
            self.answer(_answer(operation))
        else:
            self.stdout.write(f"{operation.taken} of {operation.total} redriven: {operation.state} ({operation.uuid})")
        self.finish(NOT_DONE if operation.state in (Operation.State.FAILED, Operation.State.CANCELLED) else DONE)

    def _wait(self, operation: Operation) -> None:
        try:
            self.reading(lambda: self._followed(operation))
        except KeyboardInterrupt:
            self.say(f"Operation {operation.uuid} goes on in the background, where it can be cancelled.")
            raise SystemExit(INTERRUPTED) from None

    def _followed(self, operation: Operation) -> None:
        if not sys.stderr.isatty():
            follow(operation, lambda now: self.say(f"{now.taken} of {now.total}"))
            return
        columns = (TextColumn("Redriving"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("", total=operation.total)
            follow(operation, lambda now: bar.update(task, completed=now.taken))


def _rate(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= MAX_RATE:
        raise ArgumentTypeError(f"a whole number from 1 to {MAX_RATE}")
    return int(text)


def _subject(*, filter: str | None, ids: list[int] | None, tenant: str, **_: Any) -> Subject:
    return Subject(query=filter or "", tenant=tenant) if ids is None else Subject.chosen(ids, tenant)


def _many(seen: Plan) -> str:
    count = f"{seen.count:,}" if seen.exact else f"More than {seen.count - 1:,}"
    return f"{count} dead letter{'' if seen.count == 1 else 's'}"


def _answer(operation: Operation) -> dict[str, Any]:
    return {
        "operation": str(operation.uuid),
        "state": operation.state,
        "total": operation.total,
        "taken": operation.taken,
        "error": operation.error,
    }
