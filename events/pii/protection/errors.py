"""Why an event is not protected: kinds and places, never values."""

from collections.abc import Iterable


class PiiBlockedError(Exception):
    """The policy lets no event with these in. `paths` has one for each of `kinds`; names that are personal
    themselves are told by their kind."""

    def __init__(self, kinds: Iterable[str], paths: Iterable[str]) -> None:
        self.kinds = tuple(kinds)
        self.paths = tuple(paths)
        places = ", ".join(f"{kind} at {path}" for kind, path in zip(self.kinds, self.paths, strict=True))
        super().__init__(f"the policy refuses personal data: {places}")


class NotLocatedError(Exception):
    """A finding is at no place of the event. Nothing is stored then, since it would stand there in clear."""

    def __init__(self) -> None:
        super().__init__("something personal was found at a place that the event does not have")
