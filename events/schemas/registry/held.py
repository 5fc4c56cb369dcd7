"""The lock under which the versions of a type change: one act at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from events.models import EventType
from events.problem import Problem
from events.schemas.errors import RegistryError

NO_TYPE = Problem("/type", "there is no such event type")


@contextmanager
def holding_type(id_: int) -> Iterator[None]:
    """A transaction that begins with the lock of a type's row. Raises RegistryError if it is gone.

    It comes before the claim of a version, always: two acts that took them the other way round would wait for each
    other.
    """
    with transaction.atomic():
        if EventType.objects.select_for_update(no_key=True).filter(pk=id_).first() is None:
            raise RegistryError([NO_TYPE])
        yield
