"""Policies, and what changes of them, in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from events.pii.policies.action import Action
from events.pii.policies.difference import difference

Raw = Mapping[str, Any]

MEANING: Mapping[str, str] = {
    "BLOCK": "the event is refused, with kinds and places",
    "ENCRYPT": "a token in its place, that those who may can reveal",
    "ANONYMIZE": "a pseudonym, equal for equal values of a tenant",
    "REDACT": "a mark in its place; what stood there is gone",
    "LOG": "it stays in clear, and is noted",
}
"""What each action does, the strictest first."""
EVERYWHERE, BY_ENVIRONMENT = "every environment", "as is usual in the environment"
_STRICTEST_FIRST = tuple(reversed([action.value for action in Action]))
_CAPITALS = {
    "us": "US", "ssn": "SSN", "iban": "IBAN", "ipv4": "IPv4", "ipv6": "IPv6", "mac": "MAC", "aws": "AWS", "jwt": "JWT",
    "api": "API", "url": "URL", "id": "ID",
}  # fmt: skip
_MEMBERS = {
    "name": "name", "priority": "priority", "type_pattern": "events", "environments": "environments",
    "default": "all other kinds", "allow_test_values": "known test values stay",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """What one thing about a policy was and becomes. `kind`: added, removed or changed."""

    kind: str
    policy: str
    what: str = ""
    was: str = ""
    becomes: str = ""


def doings(raw: Raw) -> list[tuple[str, str]]:
    """What a policy does: each action with what it is for, the strictest first, its default last."""
    kinds: Mapping[str, str] = raw["kinds"]
    by_action = [
        (action, ", ".join(worded(kind) for kind in kinds if kinds[kind] == action)) for action in _STRICTEST_FIRST
    ]
    others = "all other kinds" if kinds else "all kinds"
    return [*((action, what) for action, what in by_action if what), (raw["default"] or "", others)]


def worded(kind: str) -> str:
    return " ".join(_CAPITALS.get(word, word) for word in kind.split("_"))


def environments(names: Sequence[str]) -> str:
    return ", ".join(names) or EVERYWHERE


def path_text(line: Raw) -> str:
    """A path line: `all of /data/name as person name: ENCRYPT`."""
    kind = line.get("kind")
    if line.get("whole"):
        return f"all of {line['path']}, as {worded(kind or '')}: {line['action']}"
    return f"{line['path']}{f' for {worded(kind)}' if kind else ''}: {line['action']}"


def lines(before: Raw, after: Raw) -> list[Line]:
    """What changes from one snapshot to another."""
    return [line for one in difference(before, after) for line in _lines(one.name, one.member, one.before, one.after)]


def _lines(policy: str, member: str, before: Any, after: Any) -> Iterator[Line]:
    if not member and after is None:
        yield Line("removed", policy, was=summary(before))
    elif not member:
        yield Line("added", policy, becomes=summary(after))
    elif member == "kinds":
        for kind in sorted({*before, *after}):
            if before.get(kind) != after.get(kind):
                default = "as all other kinds"
                was, becomes = before.get(kind, default), after.get(kind, default)
                yield Line("changed", policy, worded(kind), was, becomes)
    elif member == "paths":
        yield from _paths(policy, before, after)
    else:
        what = _MEMBERS.get(member, member)
        yield Line("changed", policy, what, _value(member, before), _value(member, after))


def _paths(policy: str, before: Sequence[Raw], after: Sequence[Raw]) -> Iterator[Line]:
    old, new = [*map(path_text, before)], [*map(path_text, after)]
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    if not gone and not come:
        yield Line("changed", policy, "paths", "; ".join(old), "; ".join(new))
    for text in gone:
        yield Line("changed", policy, "path", was=text, becomes="none")
    for text in come:
        yield Line("changed", policy, "path", was="none", becomes=text)


def summary(raw: Raw) -> str:
    said = [f"{what}: {action or BY_ENVIRONMENT}" for action, what in doings(raw)]
    said += map(path_text, raw["paths"])
    return f"{raw['type_pattern']} in {environments(raw['environments'])}: {'; '.join(said)}"


def _value(member: str, value: Any) -> str:
    if member == "environments":
        return environments(value)
    if member == "default":
        return value or BY_ENVIRONMENT
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
