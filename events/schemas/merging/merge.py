"""Two schemas that go back to a common one, merged into one."""

from dataclasses import replace
from typing import Any

from events.schemas.documents.dialect import Dialect, dialect_of
from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import Problem, SchemaError
from events.schemas.merging.conflict import Conflict, Merge
from events.schemas.merging.definitions import align
from events.schemas.merging.kinds import Kind
from events.schemas.merging.references import indexed_places, negated_places, refers, restore_targets
from events.schemas.merging.schemas import SchemaMerge
from events.schemas.merging.three import Conflicts, Place, Three
from events.schemas.merging.values import as_text

Json = Any


def merge(base: Json, ours: Json, theirs: Json) -> Merge:
    """What both sides changed, in one valid schema, and where they cannot both have their way.

    Raises SchemaError if one of the three is no schema; the messages say which. Nothing given is changed.
    """
    for name, schema in (("base", base), ("ours", ours), ("theirs", theirs)):
        _check(name, schema)
    three = Three(base, ours, theirs)
    if as_text(base) == as_text(ours):
        return Merge(theirs)
    if settled := three.settled():
        return Merge(settled[0])
    dialects = dialect_of(ours), dialect_of(theirs)
    if dialects[0] is not dialects[1]:
        drafts = three.member("$schema")
        return Merge(ours, (Conflict("/$schema", Kind.DRAFTS_DIFFER, *drafts, chosen=drafts.ours),))
    merged = _merged(three, dialects[0])
    if all(conflict.resolution == "automatic" for conflict in merged.conflicts):
        return _checked(merged, three)
    turned = Three(base, theirs, ours)
    mirrored = _merged(turned, dialects[0])
    if any(map(refers, three)):
        mirrored = _checked(mirrored, turned)
    return _with_mirrored(_checked(merged, three), mirrored)


def _check(name: str, schema: Json) -> None:
    try:
        parse_schema(schema)
    except SchemaError as error:
        problems = [Problem(place, f"{name}: {message}") for place, message in error.problems]
    else:
        return
    raise SchemaError(problems)


def _merged(three: Three, dialect: Dialect) -> Merge:
    conflicts = Conflicts()
    three = align(three, conflicts)
    referring = [schema for schema in three if refers(schema)]
    negated = frozenset[str]().union(*(negated_places(schema, dialect) for schema in referring))
    indexed = frozenset[str]().union(*map(indexed_places, referring))
    walk = SchemaMerge(conflicts, draft_7=dialect is Dialect.DRAFT_7, negated=negated, indexed=indexed)
    schema = walk.schema(Place(), three)
    if referring:
        schema = restore_targets(schema, three, conflicts)
    return Merge(schema, conflicts.all())


def _with_mirrored(merged: Merge, mirrored: Merge) -> Merge:
    """The merge with the conflicts too that only show when open ones are decided for theirs.

    So which side is called ours decides about nothing but what open conflicts are left at.
    """
    known = {(conflict.path, conflict.kind) for conflict in merged.conflicts}
    others = (conflict for conflict in mirrored.conflicts if (conflict.path, conflict.kind) not in known)
    turned = (replace(other, ours=other.theirs, theirs=other.ours, chosen=_left_at(other)) for other in others)
    return Merge(merged.schema, (*merged.conflicts, *turned))


def _left_at(mirrored: Conflict) -> Json:
    """What ours has, unless it was resolved."""
    return mirrored.chosen if mirrored.resolution == "automatic" else mirrored.theirs


def _checked(merged: Merge, three: Three) -> Merge:
    """What no rule here foresaw is left to a person, with ours as it is."""
    try:
        parse_schema(merged.schema)
    except SchemaError as error:
        place, message = error.problems[0]
    else:
        return merged
    conflict = Conflict("", Kind.INVALID_TOGETHER, *three, chosen=three.ours, detail=f"{place}: {message}".lstrip(": "))
    return Merge(three.ours, (*merged.conflicts, conflict))
