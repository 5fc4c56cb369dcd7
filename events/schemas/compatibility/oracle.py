"""What the validator itself says: of texts under a pattern or a format, and of whole instances."""

from functools import lru_cache

from events.schemas.compatibility.budget import UndecidedError
from events.schemas.documents.document import parse_schema
from events.schemas.documents.errors import SchemaError
from events.schemas.documents.validator import Validator, compile_validator

# The others say nothing, as JSON Schema has it of formats that a validator does not know.
ASSERTED_FORMATS = frozenset(
    {"date", "date-time", "time", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "regex"}
    | {"uri", "uri-reference", "uri-template", "iri", "iri-reference", "json-pointer", "relative-json-pointer"}
)
# The validator asserts them in 2020-12 only, other validators in draft-07 too: nothing is concluded from them there.
DISPUTED_FORMATS = frozenset({"duration", "uuid"})
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def conforms(keyword: str, argument: str, text: str) -> bool:
    """Whether a text is valid under `pattern` or `format`."""
    return _validator(keyword, argument).is_valid(text)


@lru_cache(maxsize=512)
def _validator(keyword: str, argument: str) -> Validator:
    try:
        return compile_validator(parse_schema({"$schema": DRAFT, keyword: argument}))
    except SchemaError as error:
        raise UndecidedError(f"the validator does not take this {keyword}") from error
