from routing.models.delivery import Attempt, Delivery, Unrouted
from routing.models.destination import Destination, DestinationHealth
from routing.models.lease import BatchNote, RelayWorker, ShardLease
from routing.models.numbers import Depth, Tally
from routing.models.rule import RoutingRule, RuleDestination
from routing.models.table import RoutingTable

__all__ = [
    "Attempt",
    "BatchNote",
    "Delivery",
    "Depth",
    "Destination",
    "DestinationHealth",
    "RelayWorker",
    "RoutingRule",
    "RoutingTable",
    "RuleDestination",
    "ShardLease",
    "Tally",
    "Unrouted",
]
