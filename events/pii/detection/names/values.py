"""Values that are not personal although their field is called so: the state of an order, not that of an address."""

from events.pii.detection.kinds import Kind

# What a `state` is that is no part of an address.
_STATE_WORDS = (
    "abandoned absent accepted acknowledged active added aborted alarm allocated allowed approved archived assigned "
    "associated attached available blocked booting canceled cancelled cancelling changes_requested clean closed "
    "commented complete completed confirmed connected converting created creating deactivated declined degraded "
    "deleted deleting delivered denied deployed deploying detached dirty disabled disconnected dismissed done down "
    "draft enabled enabling error errored established executing exited expired fail failed failing failure fixed "
    "flagged free healthy idle ignored in-use inactive initialized initializing inprogress insufficient_data "
    "invalid issued launching live locked merged missing neutral new none off offline ok on online open opened paid "
    "partial passed paused pending present processed processing provisioning published queued ready rebooting "
    "refunded rejected released removed requested resolved restarting resumed retrying revoked running scheduled "
    "sent shipped shutdown shutting-down skipped stale started starting stopped stopping submitted succeeded "
    "success suspended terminated terminating timeout triggered unassigned unavailable undefined unhealthy unknown "
    "unlocked up updated updating uploaded uploading valid validated verified waiting warning"
)
_STATES = frozenset(_STATE_WORDS.replace("-", "").replace("_", "").split())


def may_say_nothing(kind: Kind) -> bool:
    """Whether some values in fields of a kind are not of it."""
    return kind is Kind.ADDRESS


def says_nothing(kind: Kind, text: str) -> bool:
    """Whether a whole value cannot be what its field's name says: `state` is that of an order too."""
    return may_say_nothing(kind) and "".join(filter(str.isalpha, text)).lower() in _STATES
