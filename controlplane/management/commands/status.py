import time
from contextlib import suppress
from typing import Any

from django.core.management.base import CommandParser

from controlplane.management.answering import AnsweringCommand
from controlplane.status.report import ATTENTION, UNKNOWN, WELL, Report


class Command(AnsweringCommand):
    help = "How the installation stands: rates, queues, destinations, workers, and what needs attention."
    exits = {
        WELL: "all is well",
        ATTENTION: "something needs attention; the answer says what",
        UNKNOWN: "cannot tell: nobody measures, or the database cannot be read",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--watch",
            nargs="?",
            type=float,
            const=2.0,
            metavar="SECONDS",
            help="look again that often (2), until Ctrl-C",
        )

    def handle(self, *args: Any, watch: float | None, **options: Any) -> None:
        report = self._show(clear=False, **options)
        with suppress(KeyboardInterrupt):
            while watch is not None:
                time.sleep(max(watch, 0.2))
                report = self._show(clear=not options["json"], **options)
        self.finish(report.code if watch is None else 0)

    def _show(self, *, clear: bool, json: bool, **_: Any) -> Report:
        report: Report = self.reading(Report.now)
        if json:
            self.answer(report.as_dict())
            return report
        screen = self.screen()
        if clear and screen.is_terminal:
            screen.clear()
        for part in report.rendered():
            screen.print(part)
        return report
