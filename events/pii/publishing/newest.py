"""The policies that events are decided by, compiled."""

from datetime import datetime

from django.db import DEFAULT_DB_ALIAS

from events.models import PiiPolicySet
from events.pii.policies.decide import NO_POLICIES, PolicySet
from events.pii.policies.errors import PoliciesUnreadableError, PolicyError

_kept: dict[str, tuple[tuple[int, datetime], PolicySet]] = {}


def newest_policies(using: str = DEFAULT_DB_ALIAS) -> PolicySet:
    """By one small query, and another where they are not those of the last time.

    Raises PoliciesUnreadableError for a set that a newer release has published.
    """
    sets = PiiPolicySet.objects.using(using).order_by("-version")
    newest = sets.values_list("version", "published_at").first()
    if newest is None:
        return NO_POLICIES
    kept = _kept.get(using)
    if kept is None or kept[0] != newest:
        kept = _kept[using] = newest, _compiled(sets.get(version=newest[0]))
    return kept[1]


def _compiled(published: PiiPolicySet) -> PolicySet:
    try:
        return PolicySet.compile(published.snapshot, published.version)
    except PolicyError as error:
        raise PoliciesUnreadableError from error
