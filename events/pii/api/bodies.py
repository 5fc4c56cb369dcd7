"""How bodies with the data of an event in them are read."""

from typing import Any

from events.envelope.json_text import MAX_DEPTH
from events.envelope.parse import data_text
from events.schemas.api.bodies import SchemaParser

AROUND = 2


class EventParser(SchemaParser):
    """As deep as the data of an event may be, and the members around it.

    `data` is its JSON text as it was written: a number that is read and written again may be another one.
    """

    max_depth = MAX_DEPTH + AROUND

    def value_of(self, body: bytes) -> Any:
        value = super().value_of(body)
        return {**value, "data": data_text(body)} if isinstance(value, dict) and "data" in value else value
