"""Definitions that one side moved or renamed: the other sides are renamed alike, and merged after that."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from events.envelope.json_text import escape
from events.schemas.documents.keywords import subschemas
from events.schemas.merging.kinds import Kind
from events.schemas.merging.three import Conflicts, Three
from events.schemas.merging.values import content_key

Json = Any
CONTAINERS = ("$defs", "definitions")
SAFE = "!$&'()*+,;=:@/?~"


class Definition(NamedTuple):
    """Where one is: `$defs` or `definitions`, and its name."""

    container: str
    name: str

    @property
    def pointer(self) -> str:
        return f"/{self.container}/{escape(self.name)}"


Renames = Mapping[Definition, Definition]


def align(three: Three, conflicts: Conflicts) -> Three:
    """The three with the same name for what one of them renamed; ours, where both did so differently."""
    by_ours, by_theirs = renames(three.base, three.ours), renames(three.base, three.theirs)
    in_base, in_ours, in_theirs = definitions(three.base), definitions(three.ours), definitions(three.theirs)
    differ = {old for old in by_ours.keys() & by_theirs.keys() if by_ours[old] != by_theirs[old]}
    for old in sorted(differ):
        names = Three(old.name, by_ours[old].name, by_theirs[old].name)
        conflicts.keep_ours(old.pointer, Kind.RENAMED_DIFFERENTLY, names)
    take_ours = {old: new for old, new in by_ours.items() if new not in in_theirs or by_theirs.get(old) == new}
    take_theirs = {old: new for old, new in by_theirs.items() if old not in by_ours and new not in in_ours}
    for_theirs = {by_theirs.get(old, old): new for old, new in take_ours.items()}
    return Three(
        renamed(three.base, {old: new for old, new in (take_ours | take_theirs).items() if new not in in_base}),
        renamed(three.ours, {old: new for old, new in take_theirs.items() if old in in_ours}),
        renamed(three.theirs, {old: new for old, new in for_theirs.items() if old in in_theirs}),
    )


def definitions(schema: Json) -> dict[Definition, Json]:
    if not isinstance(schema, dict):
        return {}
    return {
        Definition(container, name): definition
        for container in CONTAINERS
        if isinstance(schema.get(container), dict)
        for name, definition in schema[container].items()
    }


def renames(base: Json, side: Json) -> Renames:
    """Definitions gone from base, with the one new definition of the side that says the same."""
    old, new = definitions(base), definitions(side)
    gone = {at: schema for at, schema in old.items() if at not in new}
    come = {at: schema for at, schema in new.items() if at not in old}
    if not gone or not come:
        return {}
    moved = {*gone, *come}
    left, right = _by_content(gone, moved), _by_content(come, moved)
    return {
        ats[0]: right[content][0] for content, ats in left.items() if len(ats) == 1 and len(right.get(content, ())) == 1
    }


def renamed(schema: Json, names: Renames) -> Json:
    """A copy in which definitions are moved and references to them follow."""
    if not names:
        return schema
    moved = with_references(schema, lambda reference: _followed(reference, names))
    result: dict[str, Json] = {}
    for keyword, value in moved.items():
        if keyword in CONTAINERS and isinstance(value, dict):
            for name, definition in value.items():
                new = names.get(Definition(keyword, name), Definition(keyword, name))
                result.setdefault(new.container, {})[new.name] = definition
        else:
            result[keyword] = value
    return result


def with_references(schema: Json, change: Callable[[str], str]) -> Json:
    """A copy with other references; those in a schema with an `$id` of its own are relative to that, and stay."""
    if not isinstance(schema, dict):
        return schema
    copy = {name: _copied(value) for name, value in schema.items()}
    if isinstance(copy.get("$ref"), str):
        copy["$ref"] = change(copy["$ref"])
    for _, path, child in subschemas(schema):
        if isinstance(child, dict) and "$id" not in child:
            _put(copy, path, with_references(child, change))
    return copy


def _copied(value: Json) -> Json:
    return value.copy() if isinstance(value, dict | list) else value


def _put(schema: dict[str, Json], path: str, value: Json) -> None:
    """`path` is that of a schema directly in this one: a keyword, or a keyword and a name or index."""
    keyword, *rest = tokens(path)
    if rest:
        container = schema[keyword]
        container[int(rest[0]) if isinstance(container, list) else rest[0]] = value
    else:
        schema[keyword] = value


def tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _by_content(found: Mapping[Definition, Json], moved: set[Definition]) -> dict[str, list[Definition]]:
    by_content: dict[str, list[Definition]] = {}
    for at, schema in found.items():
        by_content.setdefault(_content(at, schema, moved), []).append(at)
    return by_content


def _content(at: Definition, schema: Json, moved: set[Definition]) -> str:
    """What a definition says, whatever it and others that moved are called."""

    def nameless(reference: str) -> str:
        target, rest = _target(reference)
        if target == at:
            return f"itself{rest}"
        return f"moved{rest}" if target in moved else reference

    return content_key(with_references(schema, nameless))


def _target(reference: str) -> tuple[Definition | None, str]:
    """The definition that a reference leads to or into, and what follows its name."""
    if not reference.startswith("#/"):
        return None, ""
    _, container, *rest = unquote(reference[1:]).split("/")
    if container not in CONTAINERS or not rest:
        return None, ""
    name, *further = rest
    return Definition(container, tokens(f"/{name}")[0]), "".join(f"/{token}" for token in further)


def _followed(reference: str, names: Renames) -> str:
    target, rest = _target(reference)
    new = names.get(target) if target else None
    return f"#{quote(new.pointer + rest, safe=SAFE)}" if new else reference


def pointers(references: Iterator[str]) -> Iterator[str]:
    """JSON Pointers of those references that are one."""
    return (unquote(reference[1:]) for reference in references if reference.startswith("#/"))
