"""The config of an EventBridge destination."""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.publishers.config import Fields, Range, url_problem
from routing.publishers.secrets import SecretRef

# 256 KB holds in every region; newer ones take up to 1 MB a call.
SAFE_BYTES, MOST_BYTES = 262_144, 1_048_576


@dataclass(frozen=True, slots=True)
class EventBridgeConfig:
    """Without keys the standard chain (environment, profile, role) finds the credentials.

    `max_entry_bytes` bounds one entry and, because AWS limits the request, all entries of a call together.
    """

    bus: str
    region: str
    endpoint: str | None
    max_entry_bytes: int
    concurrency: int
    connect_timeout: float
    access_key_id: SecretRef | None
    secret_access_key: SecretRef | None
    session_token: SecretRef | None


def parse_config(config: Mapping[str, object]) -> EventBridgeConfig:
    """Raises ConfigError with every problem and its place."""
    fields = Fields(config)
    parsed = EventBridgeConfig(
        bus=fields.text("bus", "default"),
        region=fields.text("region", "us-east-1"),
        endpoint=_endpoint(fields),
        max_entry_bytes=fields.whole("max_entry_bytes", SAFE_BYTES, Range(1024, MOST_BYTES)),
        concurrency=fields.whole("concurrency", 8, Range(1, 64)),
        connect_timeout=fields.seconds("connect_timeout_seconds", 2.0, Range(0.05, 30)),
        access_key_id=fields.secret("access_key_id"),
        secret_access_key=fields.secret("secret_access_key"),
        session_token=fields.secret("session_token"),
    )
    _check_keys(fields, parsed)
    fields.finish()
    return parsed


def _endpoint(fields: Fields) -> str | None:
    endpoint = fields.optional_text("endpoint")
    problem = url_problem(endpoint, ("http", "https")) if endpoint else None
    if problem:
        fields.refuse("endpoint", problem)
    return endpoint


def _check_keys(fields: Fields, parsed: EventBridgeConfig) -> None:
    if not set(parsed.bus) <= BUS_CHARACTERS:
        fields.refuse("bus", "must be a bus's name or ARN")
    if not parsed.region.replace("-", "").isalnum():
        fields.refuse("region", "must be a region's name, such as eu-central-1")
    if (parsed.access_key_id is None) != (parsed.secret_access_key is None):
        fields.refuse("secret_access_key", "access_key_id and secret_access_key go together")
    if parsed.session_token and not parsed.access_key_id:
        fields.refuse("session_token", "needs access_key_id")


BUS_CHARACTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/:")
