"""Saving and deleting a policy: a draft, that publishing puts to use."""

from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from events.audit.record import record
from events.line import LINE, NO_LINE
from events.models import PiiPolicy
from events.pii.policies.errors import PolicyError
from events.pii.policies.policy import parse_policy
from events.problem import Problem, RefusedError, field_problems
from events.revision import claimed
from events.who import Actor, named

log = structlog.get_logger(__name__)

NAME_TAKEN = Problem("/name", "another policy has this name")
PARSED = ("type_pattern", "environments", "kinds", "paths", "default", "allow_test_values")
SUBJECT = "pii policies"


class PolicyRefusedError(RefusedError):
    """A policy is not saved as it is."""


def raw_policy(policy: PiiPolicy) -> dict[str, Any]:
    """As it stands in a snapshot."""
    return {name: getattr(policy, name) for name in ("id", "name", "priority", *PARSED)}


def save_policy(policy: PiiPolicy, *, expected: int | None, by: Actor) -> PiiPolicy:
    """Save a policy. Raises PolicyRefusedError, or EditConflictError for a stale revision.

    `expected` is the revision that somebody looked at, None for a new policy only.
    """
    with claimed(policy, expected):
        before = _stored(policy)
        if problems := list(_problems(policy)):
            raise PolicyRefusedError(problems)
        policy.paths = [*map(_whole_line, policy.paths)]
        _write(policy)
        act = "pii_policy.changed" if before else "pii_policy.created"
        record(act, SUBJECT, policy.pk, before=before, after=_audited(policy), reason=policy.note, by=by)
    log.info("pii_policy.saved", policy_id=policy.pk, revision=policy.revision, created=expected is None, by=named(by))
    return policy


def delete_policy(policy: PiiPolicy, *, expected: int, by: Actor) -> None:
    """Delete a draft; sets that were published with it keep it. Raises EditConflictError for a stale revision."""
    id_ = policy.pk
    with claimed(policy, expected):
        before = _stored(policy)
        policy.delete()
        record("pii_policy.deleted", SUBJECT, id_, before=before, by=by)
    log.info("pii_policy.deleted", policy_id=id_, revision=expected, by=named(by))


def _stored(policy: PiiPolicy) -> dict[str, Any] | None:
    row = PiiPolicy.objects.filter(pk=policy.pk).first() if policy.pk else None
    return _audited(row) if row else None


def _audited(policy: PiiPolicy) -> dict[str, Any]:
    return {**raw_policy(policy), "enabled": policy.enabled, "note": policy.note}


def _problems(policy: PiiPolicy) -> Iterator[Problem]:
    try:
        # What is parsed below keeps its places there.
        policy.clean_fields(exclude=set(PARSED))
    except ValidationError as error:
        yield from field_problems(error)
    if PiiPolicy.objects.exclude(pk=policy.pk).filter(name=policy.name).exists():
        yield NAME_TAKEN
    for member in ("name", "type_pattern", "note"):
        if not LINE.fullmatch(getattr(policy, member) or "-"):
            yield Problem(f"/{member}", NO_LINE)
    try:
        parse_policy(raw_policy(policy))
    except PolicyError as error:
        yield from (Problem(*fault) for fault in error.faults)


def _whole_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """With all members: the same line is the same in every snapshot."""
    return {"path": line["path"], "action": line["action"], "kind": line.get("kind"), "whole": line.get("whole", False)}


def _write(policy: PiiPolicy) -> None:
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError as error:
        # Somebody saved another policy by this name since the look at it.
        raise PolicyRefusedError([NAME_TAKEN]) from error
