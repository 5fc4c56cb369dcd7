import time
from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connection
from rich.text import Text

from controlplane.management.answering import UNUSABLE, AnsweringCommand, database_away
from controlplane.management.printed import printable
from events.models import OutboxEntry
from routing.search.qualifiers import QueryError, parse_query
from routing.tail.follow import AT_ONCE, Follower, Passed
from routing.tail.standing import described

COLOURS = {"delivered": "green", "dead": "red", "unrouted": "yellow", "pending": "cyan"}


class Command(AnsweringCommand):
    help = (
        "Events as they pass: each that comes, and each change of its state; never their data unless asked.\n"
        'The words are those of the search: manage.py tail "type:com.foundry.* dest:nats state:dead"'
    )
    exits = {0: "ended by Ctrl-C, or after --number events", 2: "the search or the database cannot be used"}

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("search", nargs="*", help="qualifiers such as type: source: dest: state: id: key: error:")
        parser.add_argument("--since", type=age, metavar="AGE", help="begin that long ago: 90s, 10m, 1h, 7d")
        parser.add_argument("-n", "--number", type=int, metavar="N", help="end after so many lines")
        parser.add_argument("--data", action="store_true", help="show the data of events too: it may be personal")
        parser.add_argument("--every", type=float, default=0.5, metavar="SECONDS", help="between two looks (0.5)")

    def handle(self, *args: Any, search: list[str], since: timedelta | None, **options: Any) -> None:
        try:
            follower = Follower(parse_query(" ".join(search)), since=since)
        except QueryError as error:
            raise CommandError(printable(error), returncode=UNUSABLE) from error
        except DatabaseError as error:
            raise CommandError(database_away(error), returncode=UNUSABLE) from error
        self.say("Following; Ctrl-C ends it." if since else "Waiting for events; Ctrl-C ends it.")
        try:
            self._follow(follower, **options)
        except (KeyboardInterrupt, BrokenPipeError):
            return

    def _follow(self, follower: Follower, *, number: int | None, every: float, **options: Any) -> None:
        shown = 0
        while number is None or shown < number:
            for passed in self._look(follower)[: None if number is None else number - shown]:
                self._show(passed, **options)
                shown += 1
            self.stdout.flush()
            if number is None or shown < number:
                time.sleep(max(every, 0.05))

    def _look(self, follower: Follower) -> list[Passed]:
        try:
            look = follower.look()
        except DatabaseError as error:
            self.say(f"{database_away(error)}\nTrying again.")
            connection.close()
            time.sleep(1.0)
            return []
        if look.left_out:
            self.say(f"... more than {AT_ONCE} at once: older ones are left out; narrow the search")
        return look.passed

    def _show(self, passed: Passed, *, json: bool, data: bool, **_: Any) -> None:
        body = _data(passed.entry) if data else {}
        if json:
            self.answer({"new": passed.new, **described(passed.entry), **body})
            return
        entry, standing = passed.entry, passed.standing
        screen = self.screen()
        time_of_day = entry.accepted_at.strftime("%H:%M:%S.%f")[:12]
        line = Text(f"{time_of_day} {'+' if passed.new else ' '} ")
        line.append(f"{standing.state:9} ", style=COLOURS.get(standing.state, ""))
        line.append(
            printable(f"{entry.uuid} {entry.type} {entry.source}{' ' + entry.subject if entry.subject else ''}")
        )
        line.append(printable("".join(f"  {leg}" for leg in standing.legs)))
        screen.print(line, soft_wrap=True)
        for value in body.values():
            screen.print(Text(f"    {printable(value)}"), soft_wrap=True)


def _data(entry: OutboxEntry) -> dict[str, object]:
    return {"data_base64" if entry.data_base64 else "data": entry.data}


def age(text: str) -> timedelta:
    try:
        since = parse_query(f"since:{text}").since
    except QueryError as error:
        raise ArgumentTypeError(error.message) from error
    if not isinstance(since, timedelta):
        raise ArgumentTypeError("how long ago: 90s, 10m, 1h, 7d; for a time write since:... in the search")
    return since
