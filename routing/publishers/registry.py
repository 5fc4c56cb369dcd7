"""The kinds of destination: how each one's config is read, and the publisher it makes."""

from collections.abc import Mapping
from importlib import import_module

from routing.publishers.config import ConfigError, Problem
from routing.publishers.port import Publisher

# Client libraries cost half a second to import: only a process that publishes to a kind pays for it.
PARSERS = {
    "memory": "routing.publishers.memory",
    "nats": "routing.publishers.nats.config",
    "eventbridge": "routing.publishers.eventbridge.config",
}
PUBLISHERS = {
    "memory": ("routing.publishers.memory", "MemoryPublisher"),
    "nats": ("routing.publishers.nats.publisher", "NatsPublisher"),
    "eventbridge": ("routing.publishers.eventbridge.publisher", "EventBridgePublisher"),
}


def parse_config(kind: str, config: Mapping[str, object]) -> object:
    """The kind's frozen config. Raises ConfigError with every problem and its place."""
    if kind not in PARSERS:
        raise ConfigError([Problem("", "is of an unknown kind")])
    if not isinstance(config, Mapping):
        raise ConfigError([Problem("", "must be an object")])
    return import_module(PARSERS[kind]).parse_config(config)


def validate_config(kind: str, config: Mapping[str, object]) -> list[Problem]:
    """What is wrong with a config, as (place, message) pairs; empty if it can be used. Opens no connection."""
    try:
        parse_config(kind, config)
    except ConfigError as error:
        return error.problems
    return []


def make_publisher(
    kind: str, config: Mapping[str, object], *, name: str, ack_wait: float, in_flight_limit: int
) -> Publisher:
    """A publisher for one destination, not yet connected. Raises ConfigError."""
    parsed = parse_config(kind, config)
    module, attribute = PUBLISHERS[kind]
    publisher: Publisher = getattr(import_module(module), attribute)(
        parsed, name=name, ack_wait=ack_wait, in_flight_limit=in_flight_limit
    )
    return publisher
