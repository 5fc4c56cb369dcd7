"""What is wrong with a value that does not fit its schema."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault: a JSON Pointer into the value, the keyword it breaks, and why. No value is quoted."""

    pointer: str
    keyword: str
    message: str

    def as_json(self) -> dict[str, str]:
        return self._asdict()
