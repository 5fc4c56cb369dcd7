"""For people at a terminal, and for the CI of teams whose events are registered here."""

import json
from argparse import SUPPRESS
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from controlplane.management.answering import UNUSABLE, AnsweringCommand
from controlplane.management.printed import printable, table
from controlplane.management.schema_files import GivenError, Sides, sides_of
from events.schemas.compatibility.compare import compare
from events.schemas.compatibility.comparison import Comparison, Verdict
from events.schemas.documents.errors import SchemaError
from events.schemas.registry.exchange.export import export_to
from events.schemas.registry.exchange.files import FileError
from events.schemas.registry.exchange.load import import_from

NOT_ENOUGH = 1
BEST_FIRST = [verdict.value for verdict in Verdict]
SHOWN_FAULTS = 5


class Command(AnsweringCommand):
    help = (
        "Compare JSON Schemas, and bring the registry's types and versions to files and back.\n"
        "  manage.py schemas check old.json new.json\n"
        "  manage.py schemas check --against com.example.order.placed new.json\n"
        "  manage.py schemas export schemas/\n"
        "  manage.py schemas import schemas/ --activate"
    )
    exits = {
        0: "check: as good as --require asks; else: done",
        NOT_ENOUGH: "check: not as good; import: something was refused",
        UNUSABLE: "a file cannot be used, or the database is away",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="check | export | import")
        check = acts.add_parser("check", help="compare two schemas, or one with the active version of a type")
        check.add_argument("files", nargs="+", metavar="FILE", help="OLD NEW, or NEW with --against; - for stdin")
        check.add_argument("--against", metavar="TYPE", help="compare with the active version of this type")
        check.add_argument("--policy", choices=["strict", "lenient"], default="strict",
                           help="lenient: readers ignore members they do not know")  # fmt: skip
        check.add_argument("--require", choices=BEST_FIRST, default=Verdict.BACKWARD_COMPATIBLE.value,
                           help="the worst verdict that is good enough (backward_compatible)")  # fmt: skip
        export = acts.add_parser("export", help="a folder for each type, with a file for each version")
        export.add_argument("folder", type=Path)
        load = acts.add_parser("import", help="what export wrote; what is there already is left alone")
        load.add_argument("folder", type=Path)
        load.add_argument("--activate", action="store_true", help="with the statuses they had; else they are drafts")
        for one in (check, export, load):
            one.add_argument("--json", action="store_true", default=SUPPRESS, help="answer in JSON, for programs")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        acts: dict[str, Callable[..., None]] = {"check": self._check, "export": self._export, "import": self._import}
        try:
            self.reading(lambda: acts[act](**options))
        except (GivenError, FileError) as error:
            raise CommandError(printable(error), returncode=UNUSABLE) from error
        except SchemaError as error:
            raise CommandError(_told(error), returncode=UNUSABLE) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=UNUSABLE) from error

    def _check(self, *, files: list[str], against: str | None, policy: Any, require: str, **options: Any) -> None:
        sides = sides_of(files, against)
        comparison = compare(sides.old, sides.new, policy)
        if options["json"]:
            self.answer(comparison.as_json())
        else:
            self._show(sides, comparison)
        enough = BEST_FIRST.index(comparison.verdict.value) <= BEST_FIRST.index(require)
        self.finish(0 if enough else NOT_ENOUGH)

    def _show(self, sides: Sides, comparison: Comparison) -> None:
        screen = self.screen()
        undecided = "" if comparison.decided else " (undecided: unsure is never compatible)"
        said = f"{sides.names[1]} is {comparison.verdict} with {sides.names[0]}{undecided}"
        screen.print(printable(said), markup=False)
        if comparison.changes:
            rows = [(one.severity.value, one.path or "/", one.sentence) for one in comparison.changes]
            screen.print(table(["severity", "path", "change"], rows))
        if comparison.counterexample:
            for line in _example(sides, comparison.counterexample.as_json()):
                screen.print(printable(line), markup=False)

    def _export(self, *, folder: Path, **options: Any) -> None:
        done = export_to(folder, tell=self._tell)
        counts = {name: getattr(done, name) for name in ("types", "versions", "legacy_types")}
        self._counted(counts, **options)

    def _import(self, *, folder: Path, activate: bool, **options: Any) -> None:
        done = import_from(folder, activate_too=activate, tell=self._tell)
        for refused in done.refused:
            self.say(printable(f"refused: {refused}"))
        self._counted({**dict(done.counts), "refused": len(done.refused)}, **options)
        self.finish(NOT_ENOUGH if done.refused else 0)

    def _counted(self, counts: dict[str, int], **options: Any) -> None:
        if options["json"]:
            self.answer(counts)
        else:
            self.stdout.write(", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items()))

    def _tell(self, what: str) -> None:
        self.say(printable(what))


def _told(error: SchemaError) -> str:
    return "\n".join(printable(f"{place or '/'}: {message}") for place, message in error.problems)


def _example(sides: Sides, shown: dict[str, Any]) -> list[str]:
    names = dict(zip(("old", "new"), sides.names, strict=True))
    valid, invalid = names[shown["valid_under"]], names[shown["invalid_under"]]
    faults = [f"  {fault['pointer'] or '/'} {fault['message']}" for fault in shown["faults"][:SHOWN_FAULTS]]
    instance = json.dumps(shown["instance"], ensure_ascii=False)
    return [f"Valid under {valid}, and not under {invalid}:", f"  {instance}", *faults]
