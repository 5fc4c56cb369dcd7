"""The decision: what is done about a finding, and because of which line of which policy.

The first policy, by priority, whose pattern and environment fit an event decides about all of it: by the most specific
of its path lines, else by its line for the kind, else by its default; and where it says nothing, the environment does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from events.pii.detection.finding import Finding
from events.pii.detection.kinds import Kind
from events.pii.policies.action import DEFAULTS, Action, Environment, environment_of
from events.pii.policies.errors import Fault, PolicyError
from events.pii.policies.policy import PathLine, Policy, parse_policy

FORMAT = 1
MAX_KNOWN = 10_000
IDENTITY = frozenset({"/id", "/source", "/subject", "/partitionkey"})
"""They tell events apart and keep their order: equal values must stay equal."""
TYPE = "/type"
_PLACED = IDENTITY | {TYPE}


class Decided(NamedTuple):
    """`action` None: nothing is done, since it is not personal there. `because` names the line, never a value."""

    action: Action | None
    because: str


class Decider:
    """What is decided about the events of one type in one environment. `policy` None: no policy is for them.

    `whole_lines` say what stands at a place, whether it is found or not.
    """

    __slots__ = ("_by_kind", "_lines", "_name", "allows_test_values", "environment", "policy", "whole_lines")

    def __init__(self, policy: Policy | None, environment: Environment) -> None:
        self.policy = policy
        self.environment = environment
        self._name, self._lines = (policy.name, policy.paths) if policy else ("", ())
        self.whole_lines = tuple(line for line in self._lines if line.whole)
        self.allows_test_values = policy is not None and policy.allow_test_values
        self._by_kind = {kind: _of_kind(policy, kind, environment) for kind in Kind}

    def decide(self, finding: Finding) -> Decided:
        """Of a finding that stands for others too, the strictest that is decided about any of them."""
        path = finding.path
        decided = self._about(finding.kind, path)
        for kind in finding.also:
            decided = stricter(decided, self._about(kind, path))
        return placed(decided, path) if path in _PLACED else decided

    def decide_by_kind(self, kind: Kind) -> Decided:
        """What is decided where no path line fits."""
        return self._by_kind[kind]

    def _about(self, kind: Kind, path: str) -> Decided:
        for line in self._lines:
            if line.kind in (None, kind) and line.pattern.matches(path):
                return Decided(line.action, f"{_named(line)} of the policy {self._name}")
        return self._by_kind[kind]


class StrictestDecider:
    """For events whose type is not known: whatever the strictest policy of the environment would decide."""

    __slots__ = ("_deciders", "whole_lines")
    allows_test_values = False

    def __init__(self, deciders: Sequence[Decider]) -> None:
        self._deciders = deciders
        self.whole_lines = tuple(line for decider in deciders for line in decider.whole_lines)

    def decide(self, finding: Finding) -> Decided:
        first, *rest = (decider.decide(finding) for decider in self._deciders)
        for decided in rest:
            first = stricter(first, decided)
        return first


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Published policies, or such as may be: `policies` in the order they are tried. `number` 0: none is published."""

    number: int
    policies: Sequence[Policy]
    format: int = FORMAT
    _known: dict[tuple[str | None, str | None], Decider | StrictestDecider] = field(
        default_factory=dict, repr=False, compare=False
    )

    @staticmethod
    def compile(snapshot: Mapping[str, Any], number: int = 0) -> "PolicySet":
        """Raises PolicyError with places in the snapshot, for one of an unknown format as well."""
        if snapshot.get("format") is True or snapshot.get("format") != FORMAT:
            raise PolicyError([Fault("/format", f"this release reads policies of format {FORMAT} only")])
        listed = snapshot.get("policies")
        if not isinstance(listed, list):
            raise PolicyError([Fault("/policies", "must be a list")])
        policies: list[Policy] = []
        faults: list[Fault] = []
        for index, raw in enumerate(listed):
            try:
                policies.append(parse_policy(raw, f"/policies/{index}"))
            except PolicyError as error:
                faults += error.faults
        if faults:
            raise PolicyError(faults)
        return PolicySet(number, tuple(policies))

    def decider(self, event_type: str | None, environment: str | None) -> Decider | StrictestDecider:
        """For the events of a type; without one, for events of any. A look into a dict after the first time."""
        key = event_type, environment
        known = self._known.get(key)
        if known is None:
            # Types that nobody has registered may come in, one after the other.
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            known = self._known[key] = self._found(event_type, environment_of(environment))
        return known

    def _found(self, event_type: str | None, environment: Environment) -> Decider | StrictestDecider:
        if event_type is None:
            return StrictestDecider([Decider(policy, environment) for policy in self._possible(environment)])
        first = next((policy for policy in self.policies if policy.is_for(event_type, environment)), None)
        return Decider(first, environment)

    def _possible(self, environment: Environment) -> Iterator[Policy | None]:
        """Those that may be the first to fit an event of some type; None: perhaps none does."""
        for policy in self.policies:
            if policy.is_in(environment):
                yield policy
                if policy.type_pattern.matches_all:
                    return
        yield None


NO_POLICIES = PolicySet(0, ())


def decide(finding: Finding, event_type: str | None, environment: str | None, policies: PolicySet) -> Decided:
    return policies.decider(event_type, environment).decide(finding)


def stricter(one: Decided, other: Decided) -> Decided:
    """The first, unless the other is stricter."""
    return other if _rank(other) > _rank(one) else one


def _rank(decided: Decided) -> int:
    return -1 if decided.action is None else decided.action.rank


def _of_kind(policy: Policy | None, kind: Kind, environment: Environment) -> Decided:
    if policy is not None and kind in policy.kinds:
        return Decided(policy.kinds[kind], f"kind {kind.value} of the policy {policy.name}")
    if policy is not None and policy.default is not None:
        return Decided(policy.default, f"the default of the policy {policy.name}")
    return Decided(DEFAULTS[environment], f"the default of the environment {environment.value}")


def _named(line: PathLine) -> str:
    return f"path {line.pattern.text}" + (f" for {line.kind.value}" if line.kind else "")


def placed(decided: Decided, path: str) -> Decided:
    """What can be done at a place: what identifies an event gets a pseudonym, and a type stays, or the event goes."""
    if path in IDENTITY and decided.action in (Action.ENCRYPT, Action.REDACT):
        return Decided(Action.ANONYMIZE, f"{decided.because}; what identifies an event gets a pseudonym")
    if path == TYPE and decided.action in (Action.REDACT, Action.ANONYMIZE, Action.ENCRYPT):
        return Decided(Action.BLOCK, f"{decided.because}; a type cannot be replaced")
    return decided


def raised(decided: Decided, minimum: Action, why: str) -> Decided:
    """At least so strict: what would be in clear is not. Under ENCRYPT that holds for what is ignored too."""
    if minimum is Action.LOG or (decided.action is None and minimum.rank < Action.ENCRYPT.rank):
        return decided
    if decided.action in (None, Action.LOG):
        return Decided(minimum, f"{decided.because}; but {why}")
    return decided
