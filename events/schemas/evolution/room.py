"""How much a migration may add to a value: what is put into each item of a long array would else have no end."""

import json
from copy import deepcopy
from typing import Any

from events.schemas.evolution.errors import MigrationError

MAX_ADDED = 1024 * 1024


class Room:
    """Bytes that are left to one application of a migration."""

    def __init__(self) -> None:
        self._left = MAX_ADDED

    def take(self, place: str, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise MigrationError(place, "too-large", f"the migration adds more than {MAX_ADDED // 1024} KB")

    def put(self, place: str, value: Any) -> Any:
        """A value of a step as it goes into data: its own, for a migration is used again and again."""
        self.take(place, len(json.dumps(value)))
        return deepcopy(value) if isinstance(value, dict | list) else value
