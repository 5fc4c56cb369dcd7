"""A published snapshot, compiled: which destinations an event goes to, and why.

Format 1 of a snapshot, rules in the order they are tried:
`{"format": 1, "rules": [{"id", "name", "priority", "type_pattern", "filters", "strategy", "continue",
"destinations": [{"id", "name", "condition"}]}]}`
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

from events.envelope.event import CloudEvent
from routing.matching.condition import Values
from routing.matching.errors import TableError, UnknownFormatError, pointer
from routing.matching.rules import Rule, Strategy, parse_rule

FORMAT = 1
CORE = frozenset({"id", "source", "type", "subject", "time", "datacontenttype", "dataschema"})
MEMO_ENTRIES = 10_000
MEMO_CHARACTERS = 1_000

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """One destination an event must reach. `fallbacks` may take its place, in order, when it is down."""

    destination_id: int
    fallbacks: tuple[int, ...]
    rule_id: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule made of an event. `failed` is the first condition that did not hold, None if it matched."""

    rule_id: int
    matched: bool
    failed: str | None


class CompiledTable:
    """The rules of one version. `route` is for the hot path, `explain` for people."""

    __slots__ = ("_key", "_memo", "_reads", "rules")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        read = frozenset().union(*(rule.reads for rule in rules))
        core = sorted(read & CORE)
        extensions = sorted(read - CORE - {"specversion"})
        self._reads = (*core, *extensions)
        self._key = _key_reader(core, extensions)
        self._memo: dict[Key, tuple[Target, ...]] = {}

    def route(self, event: CloudEvent) -> tuple[Target, ...]:
        """The targets of an event, none if no rule wants it; `extensions` is touched only if a rule reads one."""
        key = self._key(event)
        targets = self._memo.get(key)
        return self._decide(key) if targets is None else targets

    def explain(self, event: CloudEvent) -> list[Verdict]:
        """A verdict for each rule, in the order they are tried."""
        values = self._values(self._key(event))
        verdicts: list[Verdict] = []
        stopped: str | None = None
        for rule in self.rules:
            failed = stopped or rule.failure(values)
            verdicts.append(Verdict(rule.id, failed is None, failed))
            if failed is None and not rule.goes_on:
                stopped = f"not tried: rule {rule.id} stopped the search"
        return verdicts

    def _decide(self, key: Key) -> tuple[Target, ...]:
        targets = combine(self._matches(self._values(key)))
        # Both bounds together bound the memory: an id or a subject that a rule reads differs with every event.
        if sum(len(value) for value in key if value) <= MEMO_CHARACTERS:
            if len(self._memo) >= MEMO_ENTRIES:
                self._memo.clear()
            self._memo[key] = targets
        return targets

    def _values(self, key: Key) -> Values:
        return {"specversion": "1.0", **dict(zip(self._reads, key, strict=True))}

    def _matches(self, values: Values) -> Iterable[tuple[Rule, tuple[int, ...]]]:
        for rule in self.rules:
            chosen = rule.choose(values)
            if chosen:
                yield rule, chosen
                if not rule.goes_on:
                    return


def combine(matches: Iterable[tuple[Rule, tuple[int, ...]]]) -> tuple[Target, ...]:
    """The choices of all rules that matched as one list in which no destination stands twice.

    A destination that a rule names without FAILOVER gets the event from the first such rule; a FAILOVER whose first
    destination gets it anyway adds nothing, and a destination is the fallback of one target at the most.
    """
    matched = list(matches)
    plain: dict[int, Target] = {}
    for rule, chosen in matched:
        if rule.strategy is not Strategy.FAILOVER:
            for destination in chosen:
                plain.setdefault(destination, Target(destination, (), rule.id))
    failover: dict[int, tuple[Rule, tuple[int, ...]]] = {}
    for rule, chosen in matched:
        if rule.strategy is Strategy.FAILOVER and chosen[0] not in plain:
            failover.setdefault(chosen[0], (rule, chosen[1:]))
    return (*plain.values(), *_with_fallbacks(failover, {*plain, *failover}))


def _with_fallbacks(failover: Mapping[int, tuple[Rule, tuple[int, ...]]], reached: set[int]) -> Iterable[Target]:
    taken = set(reached)
    for first, (rule, rest) in failover.items():
        fallbacks = tuple(destination for destination in dict.fromkeys(rest) if destination not in taken)
        taken.update(fallbacks)
        yield Target(first, fallbacks, rule.id)


def _strings(values: Iterable[str | int | bool | None]) -> Key:
    return tuple([value if value.__class__ is str else _canonical(value) for value in values])


def _canonical(value: str | int | bool | None) -> str | None:
    """The string form CloudEvents gives an attribute value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _key_reader(core: list[str], extensions: list[str]) -> Callable[[CloudEvent], Key]:
    """A function to the values the rules read, in the order of `core` and then `extensions`."""
    attributes = _core_reader(core)
    if not extensions:
        return attributes
    return lambda event: attributes(event) + _strings([*map(event.extensions.get, extensions)])


def _core_reader(core: list[str]) -> Callable[[CloudEvent], Key]:
    if len(core) > 1:
        return attrgetter(*core)
    if core:
        only = attrgetter(core[0])
        return lambda event: (only(event),)
    return lambda event: ()


def compile_table(snapshot: Mapping[str, object]) -> CompiledTable:
    """Raises UnknownFormatError, or another MatchingError with the place in the snapshot."""
    if snapshot.get("format") != FORMAT or snapshot.get("format") is True:
        raise UnknownFormatError("/format", f"this release reads snapshots of format {FORMAT} only")
    rules = snapshot.get("rules")
    if not isinstance(rules, list):
        raise TableError("/rules", "must be a list")
    return CompiledTable(tuple(parse_rule(raw, pointer("/rules", index)) for index, raw in enumerate(rules)))
