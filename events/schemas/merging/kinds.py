"""What can be the matter where two sides changed the same thing, how grave it is, and what is done about it."""

from enum import StrEnum


class Severity(StrEnum):
    """INFO: no event is judged otherwise. WARN: resolved, with a loss that somebody should know.
    ERROR: a person has to choose. BLOCK: nothing can satisfy both sides.
    """

    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"
    BLOCK = "BLOCK"


class Kind(StrEnum):
    """A kind of conflict: its word, its severity and a sentence. WARN is resolved; all others keep ours."""

    severity: Severity
    sentence: str

    def __new__(cls, word: str, severity: Severity, sentence: str) -> "Kind":
        member = str.__new__(cls, word)
        member._value_ = word
        member.severity, member.sentence = severity, sentence
        return member

    ANNOTATION_CHANGED = "annotation_changed", Severity.INFO, "Both changed this, which no event is judged by."

    LIMIT_LOOSENED = "limit_loosened", Severity.WARN, "Both moved this limit; the looser one is taken."
    SCHEMA_LOOSENED = "schema_loosened", Severity.WARN, "One refuses more than the other; the looser one is taken."
    LIFTED = "restriction_lifted", Severity.WARN, "One widened this and the other lifted it; it is lifted."
    TYPE_WIDENED = "type_widened", Severity.WARN, "Both changed the type; what either allows is allowed."
    TYPE_MERGED = "type_merged", Severity.WARN, "Both changed the type; types that one added or removed are so here."
    ENUM_UNION = "enum_union", Severity.WARN, "Both changed the values; what either allows is allowed."
    ENUM_MERGED = "enum_merged", Severity.WARN, "Both changed the values; those that one added or removed are so here."
    ALTERNATIVES_UNION = "alternatives_union", Severity.WARN, "Both added alternatives; those of either are allowed."
    ALTERNATIVES_ADDED = (
        "alternatives_added",
        Severity.WARN,
        ("Both added alternatives of which exactly one may fit; an event that fits one of each is refused."),
    )
    ADDED_BY_BOTH = "added_by_both", Severity.WARN, "Both added this; the constraints of both hold."

    CHANGED_DIFFERENTLY = "changed_differently", Severity.ERROR, "Both changed this, to different things."
    ADDED_DIFFERENTLY = "added_differently", Severity.ERROR, "Both added this, as different things."
    REMOVED_AND_CHANGED = "removed_and_changed", Severity.ERROR, "One removed what the other changed."
    POSITIONS_MOVED = "positions_moved", Severity.ERROR, "One removed places before those that the other changed."
    REFERENCE_CHANGED = "reference_changed", Severity.ERROR, "Both changed this, and one of them to another reference."
    REQUIRED_REMOVED = "required_removed", Severity.ERROR, "One requires the property that the other removed."
    RENAMED_DIFFERENTLY = "renamed_differently", Severity.ERROR, "Both renamed this definition, to different names."

    CONST_DIFFERS = "const_differs", Severity.BLOCK, "Each allows one value only, and not the same."
    NOTHING_LEFT = "nothing_left", Severity.BLOCK, "Each removed what the other kept: nothing would be left."
    NUMBERS_CROSSED = "numbers_crossed", Severity.BLOCK, "No number is within the limits of both."
    LENGTHS_CROSSED = "lengths_crossed", Severity.BLOCK, "No string is within the lengths of both."
    ITEMS_CROSSED = "items_crossed", Severity.BLOCK, "No array is within the numbers of items of both."
    CONTAINS_CROSSED = "contains_crossed", Severity.BLOCK, "No array holds as many matching items as both ask for."
    PROPERTIES_CROSSED = "properties_crossed", Severity.BLOCK, "No object is within the numbers of members of both."
    VALUES_DISJOINT = "values_disjoint", Severity.BLOCK, "No value is among those and of the type that both ask for."
    TARGET_REMOVED = (
        "reference_target_removed",
        Severity.BLOCK,
        ("One removed what the other refers to; it is kept, so that the reference has a target."),
    )
    DRAFTS_DIFFER = "drafts_differ", Severity.BLOCK, "Each is of another draft; move both to one, then merge."
    INVALID_TOGETHER = "invalid_together", Severity.BLOCK, "Both changes together make no valid schema."
