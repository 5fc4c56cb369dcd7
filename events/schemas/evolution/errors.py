"""Why data cannot be migrated."""


class MigrationError(ValueError):
    """Steps cannot be applied to a value: `place` is a JSON Pointer into it, `code` is stable, no value is quoted.

    `step` is the index of the one that failed, once it is known.
    """

    def __init__(self, place: str, code: str, message: str) -> None:
        self.place = place
        self.code = code
        self.message = message
        self.step: int | None = None
        super().__init__(f"{place}: {message}")
