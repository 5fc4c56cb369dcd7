"""An event by the policies: examined, decided about and protected. Pure; policies and keys are handed in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from events.envelope import CloudEvent, Extension
from events.envelope.attributes import is_json
from events.envelope.event import unchecked
from events.envelope.serialise import canonical
from events.pii.detection import Examined, Finding, detect, scan_text
from events.pii.policies.action import Action
from events.pii.policies.classification import CLASSIFICATION, OWN_WORDS, emitted
from events.pii.policies.decide import PolicySet
from events.pii.policies.judged import Judged, judge
from events.pii.protection import Act, protect
from events.pii.tokens import TenantKeys

CORE = ("id", "source", "type", "subject", "time", "datacontenttype", "dataschema")
_UNPARSED = object()


class Treated(NamedTuple):
    """An event as it may be stored, and what was done to it: no values in either of the lists."""

    event: CloudEvent
    judged: Sequence[Judged] = ()
    acts: Sequence[Act] = ()


def treat(
    event: CloudEvent,
    policies: PolicySet,
    environment: str | None,
    keys: Callable[[], TenantKeys],
    tenant: str,
    data: Any = _UNPARSED,
) -> Treated:
    """What the policies make of an event. `data` saves parsing it again; `keys` is called only if a key is needed.

    Raises TooMuchError, ClassificationError, PiiBlockedError, EnvelopeError where a token does not fit into an
    attribute, NotLocatedError for a fault of ours, and what `keys` raises: nothing may be stored then.
    """
    examined = examined_of(event, parsed(event) if data is _UNPARSED else data)
    return treat_found(event, examined, found_in(examined), policies, environment, keys, tenant)


def treat_found(
    event: CloudEvent,
    examined: Examined,
    found: Sequence[Finding],
    policies: PolicySet,
    environment: str | None,
    keys: Callable[[], TenantKeys],
    tenant: str,
) -> Treated:
    """The same where it is known what is personal in an event. Raises as `treat`, but for TooMuchError."""
    judged = judge(examined, found, policies, event.type, environment, event.extensions)
    if not judged:
        return Treated(_unsaid(event))
    return treated(event, examined.data, judged, policies.number, keys, tenant)


def treated(
    event: CloudEvent,
    data: Any,
    judged: Collection[Judged],
    version: int,
    keys: Callable[[], TenantKeys],
    tenant: str,
) -> Treated:
    """Do what was decided about an event, whose parsed data is `data`. Raises as `treat`."""
    made = protect(event, judged, keys, tenant, data)
    said = emitted(
        version,
        {one.finding.kind for one in judged},
        {one.action for one in judged},
        classified=CLASSIFICATION in event.extensions,
    )
    return Treated(_with(made.event, said), tuple(judged), made.acts)


def examined_of(event: CloudEvent, data: Any) -> Examined:
    """What is looked at; the policies' own words about an event are not."""
    attributes = {"id": event.id, "source": event.source, "type": event.type}
    if event.subject is not None:
        attributes["subject"] = event.subject
    if event.dataschema is not None:
        attributes["dataschema"] = event.dataschema
    if event.datacontenttype is not None and ";" in event.datacontenttype:
        # Its parameters may say anything.
        attributes["datacontenttype"] = event.datacontenttype
    for name, value in event.extensions.items():
        attributes[name] = value if type(value) is str else canonical(value)
    return Examined(data, attributes)


def found_in(examined: Examined) -> list[Finding]:
    """Everything personal, names of extension attributes included. Raises TooMuchError."""
    found = detect(examined)
    # Of letters only there is nothing to be found.
    names = [name for name in examined.attributes if not name.isalpha()]
    in_names = [one._replace(path=f"/{name}", where="key") for name in names for one in scan_text(name)]
    if not in_names:
        return found
    paths = {one.path for one in in_names}
    return sorted(one._replace(shown="/*") if one.path in paths else one for one in [*found, *in_names])


def parsed(event: CloudEvent) -> Any:
    """The data as JSON where it is that, else the text or the bytes."""
    if isinstance(event.data, str) and is_json(event.datacontenttype):
        return orjson.loads(event.data)
    return event.data


def blocked(judged: Collection[Judged]) -> bool:
    return any(one.action is Action.BLOCK for one in judged)


def _unsaid(event: CloudEvent) -> CloudEvent:
    """Without the policies' own words, which a producer may have used: nothing was decided."""
    if event.extensions.keys().isdisjoint(OWN_WORDS):
        return event
    core = {name: getattr(event, name) for name in CORE}
    kept = {name: value for name, value in event.extensions.items() if name not in OWN_WORDS}
    return unchecked(**core, extensions=MappingProxyType(kept), data=event.data)


def _with(event: CloudEvent, said: Mapping[str, Extension]) -> CloudEvent:
    core = {name: getattr(event, name) for name in CORE}
    # Checked before; what is added fits in everywhere.
    return unchecked(**core, extensions=MappingProxyType({**event.extensions, **said}), data=event.data)
