"""What saving a draft finds out about it: how it compares with its ancestor, and everything that is wrong with it.

For the editor while somebody types, and for the act of saving. Nothing is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from events.models import SchemaVersion
from events.problem import Problem
from events.schemas.compatibility.compare import compare, with_migration
from events.schemas.compatibility.comparison import Comparison, Policy, Verdict
from events.schemas.documents.document import SchemaDocument, parse_schema, parse_schema_text
from events.schemas.documents.errors import SchemaError
from events.schemas.errors import NUMBER_TAKEN
from events.schemas.evolution.check import check
from events.schemas.evolution.derive import derive
from events.schemas.registry.changelog import FIRST, changelog
from events.schemas.registry.proposal import next_number, number_fits, parse_number
from events.schemas.registry.read import schema_of
from events.schemas.registry.stamping import problems_of_stamp

Steps = Sequence[Mapping[str, Any]]
NO_SUCH_ANCESTOR = Problem("/ancestor", "must be another version of the type, and no draft")
NOTHING_BEFORE = "the version has no ancestor whose data could be migrated"


@dataclass(frozen=True, slots=True)
class Assessment:
    """`comparison` is None for a schema that is none, and where there is no ancestor. `number` is the version's own,
    or the one it would be given; `up` and `down` are its migrations, derived where none are declared.
    """

    ancestor: SchemaVersion | None
    comparison: Comparison | None
    number: str
    proposed: str
    up: Steps
    down: Steps
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> str:
        """Empty without a comparison."""
        return self.comparison.verdict.value if self.comparison else ""

    @property
    def changelog(self) -> str:
        return changelog(change.as_json() for change in self.comparison.changes) if self.comparison else FIRST


def assess(version: SchemaVersion, text: str) -> Assessment:
    """Look at a draft, saved or not, as if it had this text. Every problem has its place."""
    ancestor = ancestor_of(version)
    problems = [*_of_ancestor(version)]
    try:
        document = parse_schema_text(text)
    except SchemaError as error:
        problems += [Problem(f"/schema{place}", message) for place, message in error.problems]
        return _numbered(version, ancestor, None, problems)
    if ancestor is None:
        problems += _no_migrations(version)
        found = _numbered(version, None, None, problems)
    else:
        found = _compared(version, ancestor, document, problems)
    return replace(found, problems=(*found.problems, *problems_of_stamp(version.event_type, document, found.number)))


def ancestor_of(version: SchemaVersion) -> SchemaVersion | None:
    """The version's own, or by default the active one, or where there is none the last that was."""
    if version.ancestor_id is not None:
        return version.ancestor
    others = SchemaVersion.objects.filter(event_type=version.event_type_id).exclude(pk=version.pk)
    activated = others.exclude(status=SchemaVersion.Status.DRAFT)
    active = activated.filter(status=SchemaVersion.Status.ACTIVE).first()
    return active or activated.order_by("-activated_at", "-pk").first()


def _of_ancestor(version: SchemaVersion) -> Iterator[Problem]:
    chosen = version.ancestor
    if chosen is None:
        return
    other_type = chosen.event_type_id != version.event_type_id
    if other_type or chosen.pk == version.pk or chosen.status == SchemaVersion.Status.DRAFT:
        yield NO_SUCH_ANCESTOR


def _no_migrations(version: SchemaVersion) -> Iterator[Problem]:
    for member in ("migration_up", "migration_down"):
        if getattr(version, member):
            yield Problem(f"/{member}", NOTHING_BEFORE)


def _compared(
    version: SchemaVersion, ancestor: SchemaVersion, document: SchemaDocument, problems: list[Problem]
) -> Assessment:
    old = parse_schema(schema_of(ancestor))
    policy: Policy = "lenient" if version.policy == "lenient" else "strict"
    # Derived below, for the steps are wanted and not only that there are some.
    comparison = compare(old.schema, document.schema, policy, derivable=_none)
    up = version.migration_up or _derived(comparison.backward, old, document)
    down = version.migration_down or _derived(comparison.forward, document, old)
    wrong = [*_of_steps("/migration_up", version.migration_up, old, document)]
    if up and not wrong and comparison.verdict is Verdict.INCOMPATIBLE:
        comparison = with_migration(comparison)
    wrong += _of_steps("/migration_down", version.migration_down, document, old)
    return _numbered(version, ancestor, comparison, [*problems, *wrong], up, down)


def _none(_old: object, _new: object) -> bool:
    return False


def _derived(needless: bool, old: SchemaDocument, new: SchemaDocument) -> Steps:
    return [] if needless else derive(old.schema, new.schema) or []


def _of_steps(place: str, steps: Any, old: SchemaDocument, new: SchemaDocument) -> Iterator[Problem]:
    if not steps:
        return
    try:
        found = check(steps, old, new)
    except SchemaError as error:
        found = list(error.problems)
    yield from (Problem(place + where, message) for where, message in found)


def _numbered(
    version: SchemaVersion,
    ancestor: SchemaVersion | None,
    comparison: Comparison | None,
    problems: Sequence[Problem],
    up: Steps = (),
    down: Steps = (),
) -> Assessment:
    others = SchemaVersion.objects.filter(event_type=version.event_type_id).exclude(pk=version.pk)
    taken = set(others.values_list("version", flat=True))
    verdict = comparison.verdict.value if comparison else ""
    proposed = next_number(ancestor.version if ancestor else None, verdict, taken)
    number = version.version or proposed
    wrong = list(_of_number(number, taken, ancestor if comparison else None, verdict))
    return Assessment(ancestor, comparison, number, proposed, up, down, (*problems, *wrong))


def _of_number(number: str, taken: set[str], ancestor: SchemaVersion | None, verdict: str) -> Iterator[Problem]:
    try:
        parse_number(number)
    except ValueError as error:
        yield Problem("/version", str(error))
        return
    if number in taken:
        yield NUMBER_TAKEN
    elif ancestor and (wrong := number_fits(ancestor.version, number, verdict)):
        yield Problem("/version", wrong)
