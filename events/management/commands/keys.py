import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from shlex import quote
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from events.management.reason import needed
from events.management.reason import reason as reason_of
from events.models import DataKey
from events.pii.keys.destroy import destroy
from events.pii.keys.errors import KekError, KeyInUseError, KeysUnavailableError, NoSuchKeyError, NoSuchTenantError
from events.pii.keys.make import make
from events.pii.keys.reencrypt import Progress, reencrypt
from events.pii.keys.retire import retire
from events.pii.keys.rewrap import rewrap
from events.pii.keys.rotate import rotate
from events.pii.keys.status import KeyStatus, Status, status

NOT_DONE, UNUSABLE, INTERRUPTED = 1, 2, 130
EXITS = """exit codes:
  0  done, or all is well
  1  not done, or something needs attention
  2  it cannot be asked for like this, or the database is away"""
GONE = (
    "All keys of {tenant} are destroyed. What they have encrypted, in stored events and wherever those went, is gone "
    "for good, and its pseudonyms cannot be made again. Backups of the database hold the keys until they expire."
)
HEADINGS = ("TENANT", "PURPOSE", "VERSION", "KEY", "STATE", "WRAPPED BY")
REFUSED = (KekError, KeysUnavailableError, KeyInUseError, NoSuchKeyError)


class Command(BaseCommand):
    help = "The keys that personal data is encrypted and pseudonymised by. docs/operations.md tells when to do what."
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        options = {"epilog": EXITS, "formatter_class": RawDescriptionHelpFormatter}
        return super().create_parser(prog_name, subcommand, **{**options, **kwargs})

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT", parser_class=CommandParser)
        _act(acts, "status", "which keys there are, and whether they can be unwrapped")
        made = _act(acts, "make", "make the keys tenants lack; else that happens when a tenant's first API key is made")
        made.add_argument("--new", action="store_true", help="also for a tenant that has no API key and no event yet")
        _act(acts, "rotate", "a new version encrypts from now on; the one before goes on reading", reason=True)
        _act(acts, "reencrypt", "wrap keys by the newest key-encryption key; bring stored tokens under the newest key")
        one = _act(acts, "retire", "end a key that was rotated out: nobody can read its tokens", True, required=True)
        one.add_argument("--key", required=True, metavar="ID", help="as `status` shows it")
        one.add_argument("--although-used", action="store_true", help="even if stored events have tokens of it")
        gone = _act(acts, "destroy", "end all keys of a tenant, and with them what they encrypted", required=True)
        gone.add_argument("--reason", type=needed, required=True, help="why, in one line; kept in the audit")
        gone.add_argument("--confirm", metavar="TENANT", help="the tenant's name again; asked for if it is left out")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        try:
            answer, text, code = getattr(self, f"_{act}")(**options)
        except REFUSED as error:
            raise CommandError(str(error), returncode=NOT_DONE) from error
        except DatabaseError as error:
            first = next(iter(str(error).splitlines()), type(error).__name__)
            raise CommandError(f"The database cannot be asked: {first}", returncode=UNUSABLE) from error
        except KeyboardInterrupt:
            self._say("Stopped. The same command goes on from here.")
            raise SystemExit(INTERRUPTED) from None
        self.stdout.write(json.dumps(answer, default=str) if options["json"] else text)
        if code:
            raise SystemExit(code)

    def _status(self, *, tenant: str, **_: Any) -> tuple[object, str, int]:
        found = status(tenant)
        return asdict(found), told(found), 0 if found.well else NOT_DONE

    def _make(self, *, tenant: str, new: bool, **_: Any) -> tuple[object, str, int]:
        try:
            made = make(tenant, new=new)
        except NoSuchTenantError as error:
            hint = "" if new else ": `--new` makes keys for it nevertheless"
            raise CommandError(f"{error}{hint}", returncode=UNUSABLE) from error
        return made, "\n".join(f"{name}: {_count(count, 'key')} made" for name, count in made.items()), 0

    def _rotate(self, *, tenant: str, reason: str, **_: Any) -> tuple[object, str, int]:
        keys = [rotate(name, by=None, reason=reason) for name in _tenants(tenant)]
        answer = [{"tenant": key.tenant, "key": key.key_id, "version": key.version} for key in keys]
        lines = [f"{key.tenant}: version {key.version}, {key.key_id}, encrypts from now on" for key in keys]
        return answer, "\n".join(lines) or "There are no keys yet.", 0

    def _retire(self, *, tenant: str, key: str, reason: str, although_used: bool, **_: Any) -> tuple[object, str, int]:
        retire(tenant, key, by=None, reason=reason, although_used=although_used)
        return {"tenant": tenant, "retired": key}, f"{key} is retired: no token of it can be opened.", 0

    def _reencrypt(self, *, tenant: str, **_: Any) -> tuple[object, str, int]:
        wrapped = _last(rewrap(tenant, by=None), lambda now: self._say(f"keys: {now.done} of {now.total}"))
        answer: dict[str, Any] = {"keys_rewrapped": wrapped.changed if wrapped else 0, "tenants": {}}
        for name in _tenants(tenant):
            answer["tenants"][name] = asdict(self._brought_under(name))
        return answer, reencrypted(answer), NOT_DONE if _unreadable(answer) else 0

    def _brought_under(self, tenant: str) -> Progress:
        done: Progress | None = _last(reencrypt(tenant, by=None), lambda now: self._say(_progress(tenant, now)))
        return done or Progress(0, 0)

    def _destroy(self, *, tenant: str, confirm: str | None, reason: str, **_: Any) -> tuple[object, str, int]:
        if confirm is None:
            self._say(f"This destroys all keys of {tenant}: its encrypted fields are gone for good. Nothing undoes it.")
            self.stderr.write("The tenant's name again: ", ending="")
            self.stderr.flush()
            confirm = sys.stdin.readline().strip()
        if confirm != tenant:
            raise CommandError("That is not the tenant's name. Nothing was done.", returncode=NOT_DONE)
        gone = destroy(tenant, by=None, reason=reason)
        return {"tenant": tenant, "destroyed": gone}, GONE.format(tenant=tenant), 0

    def _say(self, text: str) -> None:
        self.stderr.write(text, str)


def _act(acts: Any, name: str, what: str, reason: bool = False, required: bool = False) -> CommandParser:
    parser: CommandParser = acts.add_parser(name, help=what, description=what, epilog=EXITS)
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument("--tenant", required=required, default="", help="" if required else "only this one")
    parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    if reason:
        parser.add_argument("--reason", type=reason_of, default="", help="why, in one line; kept in the audit")
    return parser


def _tenants(tenant: str) -> list[str]:
    if tenant:
        return [tenant]
    return list(DataKey.objects.filter(state="active").order_by("tenant").values_list("tenant", flat=True).distinct())


def _last(steps: Iterable[Any], tell: Callable[[Any], None]) -> Any:
    """The last step, after all were told."""
    step = None
    for step in steps:
        tell(step)
    return step


def _progress(tenant: str, now: Progress) -> str:
    return f"{tenant}: {now.position} of {now.last}, {_count(now.tokens, 'token')} in {_count(now.entries, 'event')}"


def told(found: Status) -> str:
    """A table of the keys, and a line for each thing that needs attention."""
    lines = _table(found.keys) if found.keys else []
    if found.provider_problem:
        lines.append(f"No key can be made: {found.provider_problem}")
    lines += [f"{tenant} has no keys: `manage.py keys make`" for tenant in found.lacking]
    lines += [f"{tenant}: re-encryption is unfinished: `manage.py keys reencrypt`" for tenant in found.unfinished]
    lines += [
        f"{tenant} has keys that could be retired after `manage.py keys reencrypt`" for tenant in found.superseded
    ]
    lines += [
        f"{tenant}: re-encryption has left tokens that it cannot open; `manage.py keys retire` looks for a key's tokens"
        for tenant in found.stuck
    ]
    lines += [
        f"No stored event has tokens of {key.key_id}: `manage.py keys retire --tenant {quote(key.tenant)} "
        f"--key {key.key_id} --reason ...`"
        for key in found.keys
        if key.unused
    ]
    return "\n".join(lines)


def _table(keys: Sequence[KeyStatus]) -> list[str]:
    rows = [HEADINGS, *((key.tenant, key.purpose, str(key.version), key.key_id, key.state, key.kek) for key in keys)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    problems = ["", *(f"  CANNOT BE UNWRAPPED: {key.problem}" if key.problem else "" for key in keys)]
    lines = ("  ".join(map(str.ljust, row, widths)) for row in rows)
    return [f"{line}{problem}".rstrip() for line, problem in zip(lines, problems, strict=True)]


def reencrypted(answer: Mapping[str, Any]) -> str:
    """What was done, a line for each tenant."""
    lines = [f"{_count(answer['keys_rewrapped'], 'key')} wrapped anew"]
    for tenant, done in answer["tenants"].items():
        tokens, events, left = (done[name] for name in ("tokens", "entries", "unreadable"))
        stay = f"; {_count(left, 'token')} cannot be opened and {'stays' if left == 1 else 'stay'}" if left else ""
        brought = f"{_count(tokens, 'token')} in {_count(events, 'event')} brought under the newest key"
        lines.append(f"{tenant}: {brought}{stay}")
    return "\n".join(lines)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _unreadable(answer: Mapping[str, Any]) -> bool:
    return any(done["unreadable"] for done in answer["tenants"].values())
