"""What is known of a version, for the pages that show it: its comparison, its problems by line, its migrations."""

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from events.envelope.errors import EnvelopeError
from events.models import SchemaVersion
from events.problem import Problem
from events.schemas.admin.draft_form import SCHEMA, DraftForm
from events.schemas.admin.places import line_of
from events.schemas.admin.wording import verdict_meaning
from events.schemas.compatibility.compare import compare
from events.schemas.compatibility.comparison import Comparison
from events.schemas.documents.errors import SchemaError
from events.schemas.registry.assessment import Assessment, assess
from events.schemas.registry.read import schema_of

GRAVEST_FIRST = ("BLOCK", "ERROR", "WARN", "INFO")
SHOWN_CHARACTERS = 20_000
# Of a stored comparison only the verdict is known.
STORED_FORWARD = {"compatible": True, "backward_compatible": False}
MIGRATIONS = ("migration_up", "migration_down")


@dataclass(frozen=True, slots=True)
class Found:
    """One problem; `line` is that of the schema's text."""

    where: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison in words; `old` and `new` are the numbers of the two versions."""

    verdict: str
    decided: bool
    meaning: str
    backward: bool
    forward: bool | None
    old: str
    new: str
    changes: Sequence[Mapping[str, Any]]
    counterexample: Mapping[str, Any] | None

    @property
    def backward_words(self) -> str:
        return self._words(self.backward, self.old)

    @property
    def forward_words(self) -> str:
        return self._words(bool(self.forward), self.new)

    def _words(self, reads: bool, written_by: str) -> str:
        """Where not all is decided, an event that is not read decides as much as it shows."""
        if reads:
            return "reads"
        refuted = self.counterexample is not None and self.counterexample["valid"] == written_by
        return "does not read" if self.decided or refuted else "is not known to read"


@dataclass(frozen=True, slots=True)
class Findings:
    """About a draft as it is typed. `up` and `down` are derived steps that nobody has declared yet, as JSON."""

    schema: Sequence[Found]
    number: str
    proposed: str
    wrong_number: Sequence[Found]
    migrations: Sequence[Found]
    others: Sequence[Found]
    compared: Compared | None
    ancestor: SchemaVersion | None
    up: str
    down: str
    outdated: str
    """The number of the active version where it is compared with another: so it cannot be activated."""
    tried: bool
    """Whether the migrations that are declared were tried on generated events, and all fitted."""
    conflict: bool

    @property
    def clean(self) -> bool:
        return not (self.schema or self.wrong_number or self.migrations or self.others)


def examine(form: DraftForm, text: str) -> Findings:
    """Look at what stands in the form, without saving it; `text` is the schema's."""
    version = form.instance
    if not text.strip():
        return _nothing_typed(version)
    assessed = assess(version, text)
    sorted_out = _sorted(form, assessed.problems)
    unreadable = [
        Found("/" + name, str(message)) for name in MIGRATIONS
        for message in (form.errors.get(name, ()) if form.is_bound else ())
    ]  # fmt: skip
    wrong = [*unreadable, *sorted_out["migration"]]
    offered = _offered(version, text, assessed, wrong)
    return Findings(
        schema=sorted_out["schema"],
        number=assessed.number,
        proposed=assessed.proposed,
        wrong_number=sorted_out["version"],
        migrations=wrong,
        others=sorted_out["other"],
        compared=_of_assessment(assessed, form.lines),
        ancestor=assessed.ancestor,
        up=offered["migration_up"],
        down=offered["migration_down"],
        outdated=_outdated(assessed.ancestor),
        tried=bool(version.migration_up or version.migration_down) and not wrong,
        conflict=form.is_bound and bool(version.pk) and form.data.get("shown_revision") != str(version.revision),
    )


def stored_comparison(version: SchemaVersion) -> Compared | None:
    """What was found when the draft was saved."""
    if not version.verdict or version.ancestor is None:
        return None
    shown = version.counterexample
    return Compared(
        verdict=version.verdict,
        decided=version.decided,
        meaning=verdict_meaning(version.verdict, version.decided),
        backward=version.verdict in ("compatible", "backward_compatible"),
        forward=STORED_FORWARD.get(version.verdict),
        old=version.ancestor.version,
        new=version.version,
        changes=_graded(version.changes, {}),
        counterexample=_example(shown["side"], shown["instance"], (), version.ancestor.version, version.version)
        if shown
        else None,
    )


def compared_now(old: SchemaVersion, new: SchemaVersion) -> Compared | None:
    """Of any two versions, by the policy of the second; None where one is no schema yet."""
    try:
        comparison = compare(schema_of(old), schema_of(new), "lenient" if new.policy == "lenient" else "strict")
    except (SchemaError, EnvelopeError):
        return None
    return _of_comparison(comparison, old.version, new.version, {})


def steps_text(steps: Any) -> str:
    return json.dumps(steps, ensure_ascii=False, indent=2) if steps else ""


def _nothing_typed(version: SchemaVersion) -> Findings:
    asks = Found("", "Type or paste a JSON Schema: what it means appears here.")
    return Findings([asks], version.version, "", [], [], [], None, None, "", "", "", False, False)


def _sorted(form: DraftForm, problems: Iterable[Problem]) -> Mapping[str, list[Found]]:
    found: dict[str, list[Found]] = {"schema": [], "version": [], "migration": [], "other": []}
    for problem in problems:
        first, _, rest = problem.place.strip("/").partition("/")
        if (problem.place + "/").startswith(f"{SCHEMA}/"):
            found["schema"].append(Found(f"/{rest}" if rest else "", problem.message, form.line(problem)))
        elif first == "version":
            found["version"].append(Found("", problem.message))
        elif first.startswith("migration_"):
            found["migration"].append(Found(problem.place, problem.message))
        else:
            found["other"].append(Found(problem.place, problem.message))
    return found


def _of_assessment(assessed: Assessment, lines: Mapping[str, int]) -> Compared | None:
    if assessed.comparison is None or assessed.ancestor is None:
        return None
    return _of_comparison(assessed.comparison, assessed.ancestor.version, "this draft", lines)


def _of_comparison(comparison: Comparison, old: str, new: str, lines: Mapping[str, int]) -> Compared:
    shown = comparison.counterexample
    return Compared(
        verdict=comparison.verdict.value,
        decided=comparison.decided,
        meaning=verdict_meaning(comparison.verdict.value, comparison.decided),
        backward=comparison.backward,
        forward=comparison.forward,
        old=old,
        new=new,
        changes=_graded([change.as_json() for change in comparison.changes], lines),
        counterexample=_example(shown.side, shown.instance, shown.faults, old, new) if shown else None,
    )


def _graded(changes: Iterable[Mapping[str, Any]], lines: Mapping[str, int]) -> list[Mapping[str, Any]]:
    placed = [{**change, "line": line_of(change["path"], lines) if lines else None} for change in changes]
    return sorted(placed, key=lambda change: GRAVEST_FIRST.index(change["severity"]))


def _example(side: str, instance: Any, faults: Iterable[Any], old: str, new: str) -> Mapping[str, Any]:
    text = json.dumps(instance, ensure_ascii=False, indent=2)
    cut = len(text) > SHOWN_CHARACTERS
    valid, invalid = (old, new) if side == "old" else (new, old)
    return {"text": text[:SHOWN_CHARACTERS], "cut": cut, "valid": valid, "invalid": invalid, "faults": list(faults)}


def _outdated(ancestor: SchemaVersion | None) -> str:
    if ancestor is None or ancestor.status == SchemaVersion.Status.ACTIVE:
        return ""
    actives = SchemaVersion.objects.filter(event_type=ancestor.event_type_id, status=SchemaVersion.Status.ACTIVE)
    return actives.values_list("version", flat=True).first() or ""


def _offered(version: SchemaVersion, text: str, assessed: Assessment, wrong: Iterable[Found]) -> Mapping[str, str]:
    """Derived steps, as JSON, for each migration that is not declared or does not do; "" where there are none."""
    places = [one.where for one in wrong]
    faulty = {name for name in MIGRATIONS if any(place.startswith(f"/{name}") for place in places)}
    if faulty:
        bare = copy(version)
        vars(bare).update({name: [] for name in faulty})
        assessed = assess(bare, text)
    derived = dict(zip(MIGRATIONS, (assessed.up, assessed.down), strict=True))
    open_ = {name for name in MIGRATIONS if name in faulty or not getattr(version, name)}
    return {name: steps_text(derived[name]) if name in open_ else "" for name in MIGRATIONS}
