"""From which side a schema is looked at."""

from enum import Enum, auto


class Role(Enum):
    """READER: members it does not know are ignored. WRITER: writes only members it declares. STRICT: as it says."""

    STRICT = auto()
    READER = auto()
    WRITER = auto()
