"""How bodies with schemas in them are read."""

from collections.abc import Mapping
from typing import IO, Any

from events.api.problems import Problem
from events.api.strict import StrictJSONParser
from events.envelope.errors import EnvelopeError
from events.schemas.documents.limits import MAX_DEPTH

AROUND = 8


class SchemaParser(StrictJSONParser):
    """As deep as schemas may be, and the members around them."""

    max_depth = MAX_DEPTH + AROUND

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except EnvelopeError as error:
            fault = {"pointer": error.pointer, "code": error.code, "detail": error.reason}
            raise Problem(400, "parse-error", "No JSON", error.reason, errors=[fault]) from error
