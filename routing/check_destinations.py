"""Verify that every destination can take events: its connection, its stream or bus."""

from routing import health
from routing.publishers.config import ConfigError
from routing.publishers.port import Check
from routing.publishers.registry import make_publisher


def check_destinations() -> dict[str, Check]:
    """Check each destination and record what is down; what is up again is found by its probes. By name."""
    return {live.name: _check(live) for live in health.read_live()}


def _check(live: health.Live) -> Check:
    outcome = check_one(live)
    if not outcome.ok and live.unreachable_for is None:
        health.mark_unreachable(live.id, outcome.code, outcome.message)
    return outcome


def check_one(live: health.Live) -> Check:
    """Connect to one destination and look, without sending anything."""
    try:
        publisher = make_publisher(live.kind, live.config, name=live.name, ack_wait=live.ack_wait, in_flight_limit=1)
    except ConfigError:
        return Check(False, "misconfigured", "the destination's config cannot be used")
    try:
        return publisher.check()
    finally:
        publisher.close()
