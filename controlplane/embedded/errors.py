class EmbeddedError(Exception):
    """A private server could not be started; the text says why and ends with the last lines of its log."""


class MissingServerError(EmbeddedError):
    """No binary for a role on this machine: `role`, and a text that says what is missing and what still works."""

    def __init__(self, role: str, missing: str, still_works: str) -> None:
        super().__init__(f"No {role} found: {missing}. {still_works}")
        self.role = role
