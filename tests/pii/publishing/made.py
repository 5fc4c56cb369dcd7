"""Policies in the database, for tests of what is done with them."""

from typing import Any

from events.models import PiiPolicy
from events.pii.publishing.drafts import save_policy


def policy(name: str = "p", **values: Any) -> PiiPolicy:
    return save_policy(PiiPolicy(name=name, **values), expected=None, by=None)
