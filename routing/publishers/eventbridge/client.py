"""Calls to EventBridge, each tried once. The only module that knows the client library."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import boto3
from botocore import exceptions
from botocore.config import Config

from routing.publishers.eventbridge.config import EventBridgeConfig
from routing.publishers.eventbridge.entry import Entry
from routing.publishers.eventbridge.verdict import call_verdict, entry_verdict
from routing.publishers.port import CONNECTION_LOST, Failure, Outcome, Receipt, Result
from routing.publishers.secrets import SecretMissingError, SecretRef

if TYPE_CHECKING:
    from mypy_boto3_events.client import EventBridgeClient

ERRORS = (exceptions.BotoCoreError, exceptions.ClientError, SecretMissingError, ValueError)
NOT_CONNECTED = (
    exceptions.EndpointConnectionError,
    exceptions.ConnectTimeoutError,
    exceptions.ProxyConnectionError,
    exceptions.SSLError,
)
NO_CREDENTIALS = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.TokenRetrievalError,
    exceptions.UnauthorizedSSOTokenError,
)
UNSENT = (*NO_CREDENTIALS, exceptions.NoRegionError, exceptions.ProfileNotFound, SecretMissingError, ValueError)


class EventBridge:
    """One bus. Thread-safe, as boto3's clients are. Raises one of ERRORS where it cannot be made."""

    def __init__(self, config: EventBridgeConfig, read_timeout: float) -> None:
        self._bus = config.bus
        session = boto3.session.Session(
            aws_access_key_id=_secret(config.access_key_id),
            aws_secret_access_key=_secret(config.secret_access_key),
            aws_session_token=_secret(config.session_token),
        )
        self._client: EventBridgeClient = session.client(
            "events",
            region_name=config.region,
            endpoint_url=config.endpoint,
            config=Config(
                connect_timeout=config.connect_timeout,
                read_timeout=read_timeout,
                # The database is the schedule: a retry here would be one nobody counts.
                retries={"total_max_attempts": 1, "mode": "standard"},
                max_pool_connections=config.concurrency,
                parameter_validation=False,
            ),
        )

    def put(self, entries: Sequence[Entry]) -> list[Result]:
        """One call of PutEvents, a result for each entry. Raises one of ERRORS if the call as a whole failed."""
        wire: list[Any] = [self._wire(entry) for entry in entries]
        answers = self._client.put_events(Entries=wire).get("Entries", [])
        if len(answers) != len(entries):
            return [bad_answer()] * len(entries)
        return [_result(answer) for answer in answers]

    def describe(self) -> None:
        """Raises one of ERRORS; `explain` tells a bus that does not exist."""
        self._client.describe_event_bus(Name=self._bus)

    def close(self) -> None:
        self._client.close()

    def _wire(self, entry: Entry) -> dict[str, object]:
        wire: dict[str, object] = {
            "EventBusName": self._bus,
            "Source": entry.source,
            "DetailType": entry.detail_type,
            "Detail": entry.detail,
        }
        return wire if entry.time is None else wire | {"Time": entry.time}


def _secret(reference: SecretRef | None) -> str | None:
    return reference.resolve() if reference else None


def _result(answer: Any) -> Result:
    if answer.get("ErrorCode"):
        return entry_verdict(answer["ErrorCode"])
    return Receipt(answer["EventId"]) if answer.get("EventId") else bad_answer()


def bad_answer() -> Failure:
    return Failure(Outcome.AMBIGUOUS, "bad_answer", "EventBridge's answer does not fit the call")


def explain(error: Exception) -> Failure:
    """What a failed call means for all its entries. The library's texts are not passed on: they may quote."""
    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return call_verdict(error.response.get("Error", {}).get("Code", ""), status)
    if isinstance(error, SecretMissingError):
        return Failure(Outcome.UNREACHABLE, "secret_missing", str(error))
    if isinstance(error, NOT_CONNECTED):
        return Failure(Outcome.UNREACHABLE, "not_connected", "EventBridge cannot be reached")
    if isinstance(error, UNSENT):
        return Failure(Outcome.UNREACHABLE, "no_credentials", f"no usable credentials ({type(error).__name__})")
    if isinstance(error, exceptions.ReadTimeoutError):
        return Failure(Outcome.AMBIGUOUS, "no_answer", "EventBridge did not answer in time")
    return Failure(Outcome.AMBIGUOUS, CONNECTION_LOST, f"the call broke off ({type(error).__name__})")
