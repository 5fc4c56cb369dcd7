"""A policy: which events it is for, and what is done about which kinds and places.

As JSON: `{"name", "type_pattern", "environments": [], "kinds": {kind: action}, "paths": [{"path", "action", "kind",
"whole"}], "default": action or null, "allow_test_values"}`; the action of a path may be `ignore`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from events.envelope.json_text import escape
from events.envelope.type_pattern import TypePattern, TypePatternError, parse_type_pattern
from events.pii.detection.kinds import Kind
from events.pii.policies.action import Action, Environment
from events.pii.policies.errors import Fault, PolicyError
from events.pii.policies.paths import PathPattern, parse_path
from events.schemas.documents.faults import MAX_FAULTS, more

MAX_PATHS = 200
IGNORE = "ignore"
ACTIONS = tuple(action.value for action in Action)
PATH_ACTIONS = (*ACTIONS, IGNORE)
KINDS = tuple(kind.value for kind in Kind)
ENVIRONMENTS = tuple(environment.value for environment in Environment)

EMPTY: Mapping[str, Any] = {
    "name": "", "type_pattern": "*", "environments": [], "kinds": {}, "paths": [], "default": None,
    "allow_test_values": False,
}  # fmt: skip
"""The members of a policy that says nothing."""

_LINE_MEMBERS = frozenset({"path", "action", "kind", "whole"})


@dataclass(frozen=True, slots=True)
class PathLine:
    """What is done about what is found at some places; `action` None: nothing, it is not personal there.

    With a `kind` it is about findings of that kind only. `whole`: all that stands there, and in what
    stands there, is of the kind, found or not.
    """

    pattern: PathPattern
    action: Action | None
    kind: Kind | None = None
    whole: bool = False

    @property
    def order(self) -> tuple[int, ...]:
        """The most specific line first: narrow places before wide ones, one kind before all."""
        return (*(-part for part in self.pattern.specificity), 0 if self.kind else 1)


@dataclass(frozen=True, slots=True)
class Policy:
    """`paths` are in the order they are looked at: the first that fits decides. No environments: all."""

    name: str
    type_pattern: TypePattern
    environments: frozenset[Environment]
    kinds: Mapping[Kind, Action]
    paths: Sequence[PathLine]
    default: Action | None
    allow_test_values: bool

    def is_for(self, event_type: str, environment: Environment) -> bool:
        return self.is_in(environment) and self.type_pattern.matches(event_type)

    def is_in(self, environment: Environment) -> bool:
        return not self.environments or environment in self.environments


def parse_policy(raw: Mapping[str, Any], place: str = "") -> Policy:
    """Raises PolicyError with every fault and its place."""
    faults = faults_of(raw, place)
    if faults:
        raise PolicyError(faults)
    lines = [_line(one) for one in raw["paths"]]
    return Policy(
        name=raw["name"],
        type_pattern=parse_type_pattern(raw["type_pattern"]),
        environments=frozenset(map(Environment, raw["environments"])),
        kinds={Kind(kind): Action(action) for kind, action in raw["kinds"].items()},
        paths=tuple(sorted(lines, key=lambda line: line.order)),
        default=None if raw["default"] is None else Action(raw["default"]),
        allow_test_values=raw["allow_test_values"],
    )


def faults_of(raw: Mapping[str, Any], place: str = "") -> list[Fault]:
    """Everything that is wrong with a policy as JSON; so much of it that it can be read."""
    faults = list(islice(_faults(raw, place), MAX_FAULTS + 1))
    return faults if len(faults) <= MAX_FAULTS else [*faults[:MAX_FAULTS], Fault(place, more().message)]


def _line(raw: Mapping[str, Any]) -> PathLine:
    action = None if raw["action"] == IGNORE else Action(raw["action"])
    kind, whole, pattern = raw.get("kind"), raw.get("whole", False), parse_path(raw["path"])
    return PathLine(pattern.and_below() if whole else pattern, action, None if kind is None else Kind(kind), whole)


def _faults(raw: Mapping[str, Any], place: str) -> Iterator[Fault]:
    if not isinstance(raw, Mapping):
        yield Fault(place, "must be an object")
        return
    if not isinstance(raw.get("name"), str):
        yield Fault(f"{place}/name", "must be a string")
    yield from _of_pattern(raw.get("type_pattern"), f"{place}/type_pattern")
    yield from _of_environments(raw.get("environments"), f"{place}/environments")
    yield from _of_kinds(raw.get("kinds"), f"{place}/kinds")
    yield from _of_paths(raw.get("paths"), f"{place}/paths")
    if raw.get("default") is not None:
        yield from _one_of(raw["default"], ACTIONS, f"{place}/default")
    if not isinstance(raw.get("allow_test_values"), bool):
        yield Fault(f"{place}/allow_test_values", "must be true or false")


def _of_pattern(text: Any, place: str) -> Iterator[Fault]:
    if not isinstance(text, str):
        yield Fault(place, "must be a string")
        return
    try:
        parse_type_pattern(text)
    except TypePatternError as error:
        yield Fault(place, str(error))


def _of_environments(listed: Any, place: str) -> Iterator[Fault]:
    if not isinstance(listed, list):
        yield Fault(place, "must be a list")
        return
    for index, name in enumerate(listed):
        yield from _one_of(name, ENVIRONMENTS, f"{place}/{index}")
        if name in listed[:index]:
            yield Fault(f"{place}/{index}", "is named before")


def _of_kinds(kinds: Any, place: str) -> Iterator[Fault]:
    if not isinstance(kinds, Mapping):
        yield Fault(place, "must be an object from kinds to actions")
        return
    for kind, action in kinds.items():
        there = f"{place}/{escape(str(kind)[:64])}"
        if kind not in KINDS:
            yield Fault(there, f"there is no such kind; there are {', '.join(KINDS)}")
        yield from _one_of(action, ACTIONS, there)


def _of_paths(lines: Any, place: str) -> Iterator[Fault]:
    if not isinstance(lines, list):
        yield Fault(place, "must be a list")
    elif len(lines) > MAX_PATHS:
        yield Fault(place, f"a policy has at most {MAX_PATHS} paths, this has {len(lines)}")
    else:
        for index, line in enumerate(lines):
            yield from _of_line(line, f"{place}/{index}")


def _of_line(line: Any, place: str) -> Iterator[Fault]:
    if not isinstance(line, Mapping):
        yield Fault(place, "must be an object with a path and an action")
        return
    yield from (
        Fault(f"{place}/{escape(str(name)[:64])}", "unknown member") for name in sorted(line.keys() - _LINE_MEMBERS)
    )
    yield from _of_path(line.get("path"), f"{place}/path")
    yield from _one_of(line.get("action"), PATH_ACTIONS, f"{place}/action")
    if line.get("kind") is not None:
        yield from _one_of(line["kind"], KINDS, f"{place}/kind")
    yield from _of_whole(line, f"{place}/whole")


def _of_path(path: Any, place: str) -> Iterator[Fault]:
    if not isinstance(path, str):
        yield Fault(place, "must be a string")
        return
    try:
        parse_path(path, place)
    except PolicyError as error:
        yield from error.faults


def _of_whole(line: Mapping[str, Any], place: str) -> Iterator[Fault]:
    whole = line.get("whole", False)
    if not isinstance(whole, bool):
        yield Fault(place, "must be true or false")
    elif whole and (line.get("kind") is None or line.get("action") == IGNORE):
        yield Fault(place, "needs a kind, and an action: it says what stands there, and what to do about it")


def _one_of(value: Any, allowed: Sequence[str], place: str) -> Iterator[Fault]:
    if not isinstance(value, str) or value not in allowed:
        yield Fault(place, f"must be one of {', '.join(allowed)}")
