"""Who acted, by name: what is stored is a number, for a name is personal data."""

import re
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import User

from events.models import ApiKey

_ACTOR = re.compile(r"(user|API key) ([0-9]{1,18})")


def names_of(actors: Iterable[str]) -> Mapping[str, str]:
    """By `user 1` or `API key 2`, as records have them; who is gone is left out."""
    known = {named for actor in actors for named in _ACTOR.findall(actor)}
    users = User.objects.filter(pk__in=[pk for kind, pk in known if kind == "user"])
    keys = ApiKey.objects.filter(pk__in=[pk for kind, pk in known if kind != "user"])
    names = {f"user {one.pk}": one.get_username() for one in users}
    return names | {f"API key {one.pk}": f"API key {one.name}" for one in keys}
