"""What JetStream's answers mean. The descriptions are those of nats-server 2.15."""

import pytest

from routing.publishers.nats.answers import parse_ack
from routing.publishers.port import Failure, Outcome, Receipt


def error(code: int, description: str = "as told") -> bytes:
    return b'{"error":{"code":500,"err_code":%d,"description":"%b"}}' % (code, description.encode())


def test_an_acknowledgement_is_a_receipt() -> None:
    assert parse_ack(b'{"stream":"EVENTS","seq":7}') == Receipt("EVENTS:7")
    assert parse_ack(b'{"stream":"EVENTS","domain":"hub","seq":7,"duplicate":true}') == Receipt("EVENTS:7", True)


@pytest.mark.parametrize(
    ("answer", "outcome", "code"),
    [
        (error(10077, "maximum bytes exceeded"), Outcome.UNREACHABLE, "stream_full"),
        (error(10077, "maximum messages exceeded"), Outcome.UNREACHABLE, "stream_full"),
        (error(10077, "maximum messages per subject exceeded"), Outcome.RETRYABLE, "subject_full"),
        (error(10077, "write /data: no space left on device"), Outcome.UNREACHABLE, "store_failed"),
        (error(10023), Outcome.UNREACHABLE, "insufficient_resources"),
        (error(10054), Outcome.PERMANENT, "too_large"),
        (error(10097), Outcome.PERMANENT, "headers_too_large"),
        (error(10109), Outcome.UNREACHABLE, "stream_sealed"),
        (error(10076), Outcome.UNREACHABLE, "jetstream_off"),
        (error(10167), Outcome.THROTTLED, "throttled"),
        (error(10999), Outcome.RETRYABLE, "jetstream_10999"),
        (b'{"error":{"description":"without a code"}}', Outcome.RETRYABLE, "jetstream_None"),
    ],
)
def test_an_error_says_whether_it_is_about_the_event_or_the_stream(answer: bytes, outcome: Outcome, code: str) -> None:
    """H16."""
    result = parse_ack(answer)

    assert isinstance(result, Failure)
    assert (result.outcome, result.code) == (outcome, code)


@pytest.mark.parametrize("answer", [b"", b"{", b"null", b"[]", b"{}", b'{"error":7}', b'{"stream":"E"}', b"\xff"])
def test_an_answer_that_cannot_be_read_is_ambiguous(answer: bytes) -> None:
    result = parse_ack(answer)

    assert isinstance(result, Failure)
    assert result.outcome is Outcome.AMBIGUOUS
