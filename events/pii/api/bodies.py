"""How bodies with the data of an event in them are read."""

from events.envelope.json_text import MAX_DEPTH
from events.schemas.api.bodies import SchemaParser

AROUND = 2


class EventParser(SchemaParser):
    """As deep as the data of an event may be, and the members around it."""

    max_depth = MAX_DEPTH + AROUND
