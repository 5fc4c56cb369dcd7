"""What JetStream answered to one message, as a result of the port."""

from collections.abc import Mapping

import orjson

from routing.publishers.port import Failure, Outcome, Receipt, Result

# JetStream's err_code -> what it means for a message. The server's own list: server/errors.json in nats-server.
VERDICTS: Mapping[int, tuple[Outcome, str]] = {
    10008: (Outcome.UNREACHABLE, "cluster_unavailable"),
    10009: (Outcome.UNREACHABLE, "cluster_unavailable"),
    10023: (Outcome.UNREACHABLE, "insufficient_resources"),
    10028: (Outcome.UNREACHABLE, "insufficient_resources"),
    10039: (Outcome.UNREACHABLE, "jetstream_off"),
    10047: (Outcome.UNREACHABLE, "insufficient_resources"),
    10054: (Outcome.PERMANENT, "too_large"),
    10059: (Outcome.UNREACHABLE, "no_stream"),
    10060: (Outcome.RETRYABLE, "subject_not_in_stream"),
    10074: (Outcome.UNREACHABLE, "cluster_unavailable"),
    10076: (Outcome.UNREACHABLE, "jetstream_off"),
    10097: (Outcome.PERMANENT, "headers_too_large"),
    10109: (Outcome.UNREACHABLE, "stream_sealed"),
    10167: (Outcome.THROTTLED, "throttled"),
}
STORE_FAILED = 10077
SERVER_ERROR = 500

BAD_ANSWER = Failure(Outcome.AMBIGUOUS, "bad_answer", "the server's acknowledgement could not be read")


def parse_ack(payload: bytes) -> Result:
    """`{"stream", "seq", "duplicate"?}` or `{"error": {"code", "err_code", "description"}}`."""
    try:
        answer = orjson.loads(payload)
        error = answer.get("error")
        if error is None:
            return Receipt(f"{answer['stream']}:{answer['seq']}", answer.get("duplicate") is True)
        return refusal(error)
    except (ValueError, KeyError, AttributeError, TypeError):
        return BAD_ANSWER


def refusal(error: Mapping[str, object]) -> Failure:
    """An error of JetStream; its description names limits and streams, never what is in a message."""
    code, description = error.get("err_code"), str(error.get("description", ""))
    if code == STORE_FAILED:
        return _store_failed(description)
    verdict = VERDICTS.get(code) if isinstance(code, int) else None
    outcome, name = verdict or (Outcome.RETRYABLE, f"jetstream_{code}")
    return Failure(outcome, name, description)


def _store_failed(description: str) -> Failure:
    """A limit with `discard: new`: of the whole stream, which refuses every event, or of one subject."""
    if "per subject" in description:
        return Failure(Outcome.RETRYABLE, "subject_full", description)
    if description.startswith("maximum"):
        return Failure(Outcome.UNREACHABLE, "stream_full", description)
    return Failure(Outcome.UNREACHABLE, "store_failed", description)
