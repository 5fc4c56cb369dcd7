"""Personal data on its way in: what the policies make of events, before anything of them is stored."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from events.envelope import CloudEvent, EnvelopeError
from events.pii.detection import Examined, TooMuchError, quiet
from events.pii.policies.action import Action
from events.pii.policies.decide import PolicySet
from events.pii.policies.errors import ClassificationError
from events.pii.protection import NotLocatedError, PiiBlockedError
from events.pii.tokens import TenantKeys
from events.pii.treat import Treated, examined_of, found_in, parsed, treat_found
from events.schemas.admission.decision import UNPARSED, Admitted, NotAdmittedError, Refusal

Keys = Callable[[], TenantKeys]
TOGETHER = 8
"""So many events are looked at at once. Those beside one that holds something are looked at twice."""


def protect_all(
    admitted: Sequence[Admitted], policies: PolicySet, environment: str, keys: Keys, tenant: str
) -> list[Admitted]:
    """Each event as it may be stored. Raises NotAdmittedError for all that a policy refuses, and what `keys` raises."""
    protected: list[Admitted] = []
    refusals: list[Refusal] = []
    missed = passed_over = 0
    for start in range(0, len(admitted), TOGETHER):
        some = admitted[start : start + TOGETHER]
        examined = [examined_of(one.event, parsed(one.event) if one.value is UNPARSED else one.value) for one in some]
        nothing = False
        if passed_over < missed:
            # Where much is personal, looking at once is of no use: it is tried ever less often.
            passed_over += 1
        elif len(some) > 1:
            nothing = quiet(examined)
            missed, passed_over = (0 if nothing else missed + 1), 0
        for index, (one, each) in enumerate(zip(some, examined, strict=True), start):
            treated = _treated(one.event, each, nothing, policies, environment, keys, tenant)
            if isinstance(treated, Treated):
                protected.append(_noted(one, treated, policies.number))
            else:
                refusals.append(replace(treated, index=index))
    if refusals:
        raise NotAdmittedError(refusals, len(admitted))
    return protected


def _treated(
    event: CloudEvent,
    examined: Examined,
    nothing: bool,
    policies: PolicySet,
    environment: str,
    keys: Keys,
    tenant: str,
) -> Treated | Refusal:
    """Or why it is refused: kinds and places, no values. `nothing` is known to be personal in it."""
    try:
        found = () if nothing else found_in(examined)
        return treat_found(event, examined, found, policies, environment, keys, tenant)
    except PiiBlockedError as error:
        first = error.acts[0]
        return Refusal("pii-blocked", first.path, first.why_blocked, blocked=error.acts)
    except ClassificationError as error:
        return Refusal("unknown-classification", f"/{error.attribute}", str(error))
    except EnvelopeError as error:
        return Refusal("pii-does-not-fit", error.pointer, f"{error.reason} once it is protected")
    except TooMuchError as error:
        return Refusal("pii-too-much", "", str(error))
    except NotLocatedError as error:
        return Refusal("pii-not-located", "", str(error))


def _noted(one: Admitted, treated: Treated, version: int) -> Admitted:
    if not treated.judged:
        return one if treated.event is one.event else one._replace(event=treated.event)
    protected = any(each.action is not Action.LOG for each in treated.judged)
    return one._replace(event=treated.event, pii=_as_json(treated, version), protected=protected, acts=treated.acts)


def _as_json(treated: Treated, version: int) -> str:
    acts: list[Any] = [act.as_json() for act in treated.acts]
    return orjson.dumps({"policy": version, "acts": acts}).decode()
