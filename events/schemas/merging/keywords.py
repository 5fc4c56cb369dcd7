"""What the keywords of both drafts hold. One that a draft does not know is treated by its shape all the same."""

from enum import Enum, auto


class Holds(Enum):
    """What the value of a keyword is, as far as merging goes."""

    SCHEMA = auto()
    NEGATED = auto()  # a schema that refuses more when it allows more
    REST = auto()  # a schema; to leave it out is to allow everything
    ITEMS = auto()
    POSITIONS = auto()
    ALTERNATIVES = auto()
    SCHEMAS_BY_NAME = auto()
    DEPENDENCIES = auto()
    NAMES_BY_NAME = auto()
    NAMES = auto()
    TYPE = auto()
    ENUM = auto()
    CONST = auto()
    LIMIT = auto()
    CONSTRAINT = auto()
    EXAMPLES = auto()
    ANNOTATION = auto()


_KEYWORDS = {
    Holds.SCHEMA: "contains then else contentSchema",
    Holds.NEGATED: "not if",
    Holds.REST: "additionalProperties unevaluatedProperties additionalItems unevaluatedItems propertyNames",
    Holds.ITEMS: "items",
    Holds.POSITIONS: "prefixItems",
    Holds.ALTERNATIVES: "allOf anyOf oneOf",
    Holds.SCHEMAS_BY_NAME: "properties patternProperties dependentSchemas $defs definitions",
    Holds.DEPENDENCIES: "dependencies",
    Holds.NAMES_BY_NAME: "dependentRequired",
    Holds.NAMES: "required",
    Holds.TYPE: "type",
    Holds.ENUM: "enum",
    Holds.CONST: "const",
    Holds.LIMIT: (
        "minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems minProperties "
        "maxProperties minContains maxContains multipleOf uniqueItems"
    ),
    Holds.CONSTRAINT: "pattern format $ref $dynamicRef $anchor $dynamicAnchor $id $vocabulary",
    Holds.EXAMPLES: "examples",
}
KEYWORDS = {keyword: holds for holds, keywords in _KEYWORDS.items() for keyword in keywords.split()}


def holds(keyword: str) -> Holds:
    """Unknown keywords are annotations, as the specification says; so is `$schema` within a draft."""
    return KEYWORDS.get(keyword, Holds.ANNOTATION)
