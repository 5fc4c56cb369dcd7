"""The status of an installation: the overview, what of it needs a person, and both as people or programs read them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from controlplane.management.printed import printable, seconds, share, table
from routing.numbers.attention import attention, can_tell
from routing.numbers.read import Overview, overview

WELL, ATTENTION, UNKNOWN = 0, 1, 2
VERDICTS = ("well", "attention", "unknown")
COLOURS = ("green", "yellow", "red")
HEADINGS = ("destination", "kind", "state", "waiting", "oldest", "dead", "delivered/h", "failed/h", "success", "reason")
NUMBERS = ("waiting", "oldest", "dead", "delivered/h", "failed/h", "success")


@dataclass(frozen=True, slots=True)
class Report:
    """`code` is the exit code of the command: WELL, ATTENTION or UNKNOWN."""

    overview: Overview
    attention: list[str]
    code: int

    @classmethod
    def now(cls) -> "Report":
        seen = overview()
        wrong = attention(seen)
        return cls(seen, wrong, (ATTENTION if wrong else WELL) if can_tell(seen) else UNKNOWN)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`. Times are ISO 8601, spans seconds, shares from 0 to 1."""
        told = asdict(self.overview)
        published = self.overview.published_at
        told["published_at"] = published.isoformat() if published else None
        return {"verdict": VERDICTS[self.code], "attention": self.attention, **told}

    def rendered(self) -> Iterator[RenderableType]:
        yield Text(f"{VERDICTS[self.code].upper()}  {self._headline()}", style=COLOURS[self.code])
        yield Text(self._queues())
        if self.overview.destinations:
            yield table(HEADINGS, self._rows(), right=NUMBERS)
        else:
            yield Text("No destinations yet: add one in the admin, under Destinations.")
        yield from (Text(printable(f"! {sentence}"), style="yellow") for sentence in self.attention)

    def _headline(self) -> str:
        seen = self.overview
        version = "no table" if seen.table_version is None else f"table v{seen.table_version}"
        beat = "beat alive" if seen.beat_alive else "beat away"
        rates = f"{seen.accepted_per_second:.1f} accepted/s, {seen.delivered_per_second:.1f} delivered/s"
        return f"{rates}, success {share(seen.success_share)}, {seen.workers} workers, {beat}, {version}"

    def _queues(self) -> str:
        seen = self.overview
        measured = "never" if seen.measured_seconds_ago is None else f"{seconds(seen.measured_seconds_ago)} ago"
        waiting = f"{seen.fresh} wait for the relay, {seen.waiting} for a destination"
        oldest = f"oldest {seconds(seen.oldest_seconds)}"
        return f"{waiting} ({oldest}), {seen.dead} dead, {seen.unrouted} unrouted; measured {measured}"

    def _rows(self) -> Iterator[tuple[object, ...]]:
        for each in self.overview.destinations:
            yield (
                each.name, each.kind, each.state, each.waiting, seconds(each.oldest_seconds), each.dead,
                each.delivered_hour, each.failed_hour, share(each.success_share), each.reason,
            )  # fmt: skip
