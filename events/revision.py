"""Two people edit the same row: the second to save is told so, and overwrites nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import F

from events.models import Revisioned


class EditConflictError(Exception):
    """The row has been changed or deleted since it was looked at. `current` is its revision now, None if it is gone."""

    def __init__(self, current: int | None) -> None:
        self.current = current
        super().__init__("somebody changed it meanwhile" if current else "somebody deleted it meanwhile")


def claim_revision(row: Revisioned, expected: int) -> None:
    """Take the next revision of a row, by compare-and-set, before saving it. Raises EditConflictError.

    For use in the transaction that saves: until that ends, others who want to save wait, and then find a conflict.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)
    if not rows.filter(revision=expected).update(revision=F("revision") + 1):
        raise EditConflictError(rows.values_list("revision", flat=True).first())
    row.revision = expected + 1


@contextmanager
def claimed(row: Revisioned, expected: int | None) -> Iterator[None]:
    """A transaction that begins with the claim of a row's next revision; a new row has none to expect.

    Raises EditConflictError. Where it ends with an error, the row is at the revision it was at.
    """
    if (row.pk is None) != (expected is None):
        raise ValueError("a new row has no revision to expect, and any other has")
    before, saved = row.revision, False
    try:
        with transaction.atomic():
            if expected is not None:
                claim_revision(row, expected)
            yield
        saved = True
    finally:
        if not saved:
            row.revision = before
