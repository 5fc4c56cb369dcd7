"""Why an event could not be stored."""

from collections.abc import Sequence


class IngestError(Exception):
    """An event was not stored. The surrounding transaction can only be rolled back."""


class TransactionRequired(IngestError):  # noqa: N818
    """`ingest` was called outside `transaction.atomic()`."""

    def __init__(self) -> None:
        super().__init__("ingest must run inside transaction.atomic(), in the transaction whose event it stores")


class IngestBusy(IngestError):  # noqa: N818
    """Another transaction that is still open holds an event of the same identity: roll back and try again."""

    def __init__(self) -> None:
        super().__init__("an event of the same source and id is being stored by another transaction; try again")


class KeyRevoked(IngestError):  # noqa: N818
    """The API key for which events were to be stored does not hold any more."""

    def __init__(self) -> None:
        super().__init__("the API key is unknown or revoked")


class Conflict(IngestError):  # noqa: N818
    """An event of the same source and id but with other content exists. `indexes` are positions in the call."""

    def __init__(self, indexes: Sequence[int]) -> None:
        self.indexes = tuple(indexes)
        super().__init__(f"{len(self.indexes)} events have the source and id of an event with other content")
