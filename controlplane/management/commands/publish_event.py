from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, transaction

from controlplane.management.answering import UNUSABLE, AnsweringCommand, database_away
from controlplane.management.given_event import Given, GivenError, event_of
from controlplane.management.printed import printable
from events.envelope import CloudEvent, EnvelopeError
from events.ingest import Ingested, IngestError, KeysUnavailableError, NotAdmittedError, PoliciesUnreadableError, ingest
from routing.tail.standing import Standing
from routing.tail.wait import wait_for

NOT_DELIVERED, UNDECIDED = 1, 3


class Command(AnsweringCommand):
    help = (
        "Hand an event in, as a service does: stored in one transaction, then on its way by the published rules.\n"
        "  manage.py publish_event --type com.example.thing.made --source /hr --data '{\"n\": 1}' --wait"
    )
    exits = {
        0: "accepted; with --wait: delivered everywhere",
        NOT_DELIVERED: "with --wait: dead, unrouted or discarded",
        UNUSABLE: "not accepted: a rule, its type or schema refuses it, its id is another's, or the database is away",
        UNDECIDED: "with --wait: accepted, and still under way when the time was up",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("event", nargs="?", metavar="FILE", help="a whole CloudEvent in JSON; - for stdin")
        parser.add_argument("--type")
        parser.add_argument("--source")
        parser.add_argument("--id", help="a random one if it is left out")
        parser.add_argument("--subject")
        parser.add_argument("--data", help="JSON, unless --content-type says otherwise")
        parser.add_argument("--data-file", metavar="FILE", help="the data from a file; - for stdin")
        parser.add_argument("--content-type", help="of the data (application/json)")
        parser.add_argument("--extension", action="append", default=[], metavar="NAME=TEXT",
                            help="may be repeated; NAME:=VALUE for a number, true or false")  # fmt: skip
        parser.add_argument("--tenant", default="default")
        parser.add_argument("--wait", nargs="?", type=float, const=30.0, metavar="SECONDS",
                            help="until it is at its end (30), and tell the way it took")  # fmt: skip

    def handle(self, *args: Any, tenant: str, wait: float | None, **options: Any) -> None:
        event = self._event(**options)
        answer = self._ingest(event, tenant)
        told = {"id": str(answer.uuid), "source": event.source, "event_id": event.id, "duplicate": answer.duplicate}
        if not options["json"]:
            self.stdout.write(f"{answer.uuid} {'was there before' if answer.duplicate else 'accepted'}")
        standing = None if wait is None else self._await(answer, wait)
        if options["json"]:
            self.answer({**told, **(standing.as_dict() if standing else {})})
        self.finish(_code(standing))

    def _event(self, *, event: str | None, extension: list[str], **options: Any) -> CloudEvent:
        names = ("type", "source", "id", "subject", "data", "data_file", "content_type")
        try:
            return event_of(Given(whole=event, extensions=extension, **{name: options[name] for name in names}))
        except (GivenError, EnvelopeError) as error:
            raise CommandError(printable(error), returncode=UNUSABLE) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}", returncode=UNUSABLE) from error

    def _ingest(self, event: CloudEvent, tenant: str) -> Ingested:
        try:
            with transaction.atomic():
                return ingest(event, tenant=tenant)[0]
        except (IngestError, EnvelopeError, KeysUnavailableError, PoliciesUnreadableError) as error:
            raise CommandError(printable(error), returncode=UNUSABLE) from error
        except NotAdmittedError as error:
            raise CommandError(_refused(error), returncode=UNUSABLE) from error
        except DatabaseError as error:
            raise CommandError(database_away(error), returncode=UNUSABLE) from error

    def _await(self, answer: Ingested, seconds: float) -> Standing:
        last: Standing | None = None

        def read() -> Standing:
            nonlocal last
            for last in wait_for(answer.uuid, seconds):
                self.say(printable(f"{last.state}{''.join(f'  {leg}' for leg in last.legs)}"))
            assert last is not None
            return last

        standing: Standing = self.reading(read)
        return standing


def _refused(error: NotAdmittedError) -> str:
    """The reason, and a line for each fault."""
    (refusal,) = error.refusals
    faults = [f"  {refusal.pointer}{fault.pointer}: {fault.message}" for fault in refusal.faults]
    return "\n".join(map(printable, [refusal.detail, *faults]))


def _code(standing: Standing | None) -> int:
    if standing is None or standing.state == "delivered":
        return 0
    return UNDECIDED if standing.state == "pending" else NOT_DELIVERED
