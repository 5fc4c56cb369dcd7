from collections import Counter
from dataclasses import asdict
from typing import Any

from rich.text import Text

from controlplane.doctor.examine import examine
from controlplane.doctor.finding import Finding, Level, exit_code
from controlplane.management.answering import AnsweringCommand
from controlplane.management.printed import printable

SIGNS = {Level.OK: ("ok   ", "green"), Level.WARNING: ("warn ", "yellow"), Level.ERROR: ("ERROR", "red")}


class Command(AnsweringCommand):
    help = "What is missing or misconfigured on this machine and in this installation, each with the fix."
    exits = {0: "all is well", 1: "there are warnings", 2: "there are errors"}

    def handle(self, *args: Any, **options: Any) -> None:
        found: list[Finding] = []
        for finding in examine(self._progress):
            found.append(finding)
            if not options["json"]:
                self._show(finding)
        if options["json"]:
            self.answer({"exit_code": exit_code(found), "findings": [asdict(finding) for finding in found]})
        else:
            self._sum_up(found)
        self.finish(exit_code(found))

    def _progress(self, what: str) -> None:
        if self.stderr.isatty():
            self.say(f"looking at {what} ...")

    def _show(self, finding: Finding) -> None:
        sign, style = SIGNS[finding.level]
        screen = self.screen()
        line = Text(f"{sign} ", style=style)
        line.append(printable(f"{finding.check}: {finding.what}"), style="" if finding.level is Level.OK else "bold")
        screen.print(line, soft_wrap=True)
        if finding.fix:
            screen.print(Text(f"      -> {printable(finding.fix)}"), soft_wrap=True)

    def _sum_up(self, found: list[Finding]) -> None:
        counts = Counter(finding.level for finding in found)
        text = f"{counts[Level.ERROR]} errors, {counts[Level.WARNING]} warnings, {counts[Level.OK]} in order"
        self.screen().print(Text(f"\n{text}"), soft_wrap=True)
