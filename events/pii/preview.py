"""What the policies would do to an event: nothing is stored or told, and the tokens are examples.

They are made with keys that are drawn for one preview and thrown away, so that nothing can be learned by asking.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from events.envelope import CloudEvent, EnvelopeError, Extension
from events.pii.detection import Examined, TooMuchError
from events.pii.policies.action import Environment, environment_of
from events.pii.policies.decide import PolicySet
from events.pii.policies.errors import ClassificationError
from events.pii.policies.judged import Judged, judge
from events.pii.protection import NotLocatedError, PiiBlockedError
from events.pii.tokens import SecretKey, TenantKeys
from events.pii.treat import CORE, Treated, examined_of, found_in, parsed, treated

TENANT = "preview"
UNNAMED: Mapping[str, str] = {"id": "preview", "source": "/preview", "type": "preview"}
"""What an event cannot do without; it is not examined where it is not given."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the event would not be taken."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Previewed:
    """`data`, a JSON text, and `attributes` as they would be stored, None where the event would be refused."""

    judged: Sequence[Judged]
    environment: Environment
    data: str | None = None
    attributes: Mapping[str, Extension] | None = None
    refused: Refused | None = None

    @property
    def in_data(self) -> list[Judged]:
        return [one for one in self.judged if _is_in_data(one)]

    @property
    def in_attributes(self) -> list[Judged]:
        return [one for one in self.judged if not _is_in_data(one)]


def preview(
    data: str, attributes: Mapping[str, Extension], event_type: str | None, environment: str | None, policies: PolicySet
) -> Previewed:
    """`data` is a JSON text. Without a type the strictest policy holds, without an environment production's.

    Raises EnvelopeError for what cannot be an event.
    """
    event = _event(data, attributes, event_type)
    examined = examined_of(event, parsed(event))
    given = {name: value for name, value in examined.attributes.items() if name in attributes}
    if event_type is not None:
        given["type"] = event_type
    examined = Examined(examined.data, given)
    where = environment_of(environment)
    try:
        judging = partial(judge, examined, found_in(examined), policies, event_type, environment)
    except TooMuchError as error:
        return Previewed((), where, refused=Refused("pii-too-much", str(error)))
    try:
        judged = judging(event.extensions)
    except ClassificationError as error:
        refused = Refused("unknown-classification", f"{error.attribute} {error}")
        return Previewed(tuple(judging({})), where, refused=refused)
    return _treated(event, examined.data, judged, policies.number, where, attributes)


def _event(data: str, attributes: Mapping[str, Extension], event_type: str | None) -> CloudEvent:
    """Made as from a producer, so that the same is refused."""
    given: dict[str, Any] = {**UNNAMED, **{name: attributes[name] for name in CORE if name in attributes}}
    if event_type is not None:
        given["type"] = event_type
    extensions = {name: value for name, value in attributes.items() if name not in CORE}
    return CloudEvent(**given, extensions=extensions, data=data)


def _treated(
    event: CloudEvent,
    data: Any,
    judged: Collection[Judged],
    version: int,
    environment: Environment,
    given: Mapping[str, Extension],
) -> Previewed:
    found = tuple(judged)
    try:
        made = treated(event, data, found, version, _throw_away_keys, TENANT) if found else Treated(event)
    except PiiBlockedError as error:
        return Previewed(found, environment, refused=Refused("pii-blocked", str(error)))
    except EnvelopeError as error:
        detail = f"{error.pointer[1:]} {error.reason} once it is protected"
        return Previewed(found, environment, refused=Refused("pii-does-not-fit", detail))
    except NotLocatedError as error:
        # Ingest refuses such an event too: nothing is let in that could not be protected.
        return Previewed(found, environment, refused=Refused("pii-not-located", str(error)))
    assert isinstance(made.event.data, str)
    return Previewed(found, environment, made.event.data, _shown(made.event, given))


def _shown(event: CloudEvent, given: Mapping[str, Extension]) -> dict[str, Extension]:
    """The attributes that were given, as they would be stored, and those that are added."""
    core = {name: getattr(event, name) for name in CORE if name in given}
    return {**core, **event.extensions}


def _throw_away_keys() -> TenantKeys:
    current, pseudonyms = SecretKey("example2", os.urandom(32)), SecretKey("example3", os.urandom(32))
    return TenantKeys(TENANT, current, pseudonyms, {current.id: current})


def _is_in_data(one: Judged) -> bool:
    return one.finding.path == "/data" or one.finding.path.startswith("/data/")
