"""What can be wrong with a filter, a pattern or a snapshot. `place` is a JSON Pointer into what was given."""

MAX_QUOTED = 40


class MatchingError(ValueError):
    """Something about routing rules cannot be understood."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
        self.message = message


class FilterError(MatchingError):
    """A filter expression is not one."""


class PatternError(MatchingError):
    """A type pattern is empty or too long."""


class TableError(MatchingError):
    """A snapshot lacks what its format promises."""


class UnknownFormatError(MatchingError):
    """A snapshot is of a format this release does not know: it was published by a newer one."""


def pointer(place: str, key: str | int) -> str:
    """`place` and one step further, escaped as RFC 6901 says; a long key is cut."""
    step = str(key).replace("~", "~0").replace("/", "~1")
    return f"{place}/{step if len(step) <= MAX_QUOTED else step[:MAX_QUOTED] + '...'}"


def quoted(text: str) -> str:
    return repr(text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED] + "...")
