"""Whether a rule that is being written wants an event, and if not, the first condition that fails."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.envelope import CloudEvent
from events.envelope.errors import EnvelopeError
from events.models import OutboxEntry
from routing.matching.errors import MatchingError
from routing.matching.rules import parse_rule
from routing.matching.table import CompiledTable

MAX_LENGTH = 300
COLUMNS = (
    "event_id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "extensions", "data",
    "data_base64",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """`problem` says why nothing could be tried. `stored` is whether it was a real event, with all its attributes."""

    problem: str = ""
    failed: str | None = None
    stored: bool = False
    destinations: tuple[str, ...] = ()

    @property
    def matched(self) -> bool:
        return not self.problem and self.failed is None


def try_rule(rule: dict[str, Any], wanted: str, *, wrong: Sequence[str], may_look_up: bool) -> Trial:
    """Try a rule, as it would stand in a snapshot, on an event type or on the event stored under an id.

    `wrong` is what its form has found already.
    """
    if wrong:
        return Trial(f"The rule cannot be tried yet: {'; '.join(wrong)}")
    text = wanted.strip()
    if not text or len(text) > MAX_LENGTH or not text.isprintable():
        return Trial("Give an event type, or the id of a stored event.")
    stored = stored_event(text) if may_look_up else None
    try:
        event = stored or CloudEvent(id="trial", source="/trial", type=text)
        parsed = parse_rule(rule, "")
    except MatchingError as error:
        return Trial(f"The rule cannot be tried yet: {error}")
    except EnvelopeError as error:
        return Trial(f"That is no event type: {error}")
    table = CompiledTable((parsed,))
    [verdict] = table.explain(event)
    names = {one["id"]: one["name"] for one in rule["destinations"]}
    reached = [id_ for target in table.route(event) for id_ in (target.destination_id, *target.fallbacks)]
    return Trial("", verdict.failed, stored is not None, tuple(names[id_] for id_ in reached))


def stored_event(text: str) -> CloudEvent | None:
    """By the entry's UUID, or by the event's own id; of several the newest."""
    rows = OutboxEntry.objects.order_by("-sequence").values_list(*COLUMNS)
    row = rows.filter(event_id=text).first()
    if row is None:
        with suppress(ValueError):
            row = rows.filter(uuid=UUID(text)).first()
    return CloudEvent.stored(*row) if row else None
