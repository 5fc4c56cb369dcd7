"""What EventBridge's error codes mean for an event or for the destination. AWS's texts are not passed on."""

from routing.publishers.port import CONNECTION_LOST, Failure, Outcome

# About one entry, in an answer of 200.
ENTRY_VERDICTS = {
    "InternalFailure": (Outcome.RETRYABLE, "internal_failure"),
    "InternalException": (Outcome.RETRYABLE, "internal_failure"),
    "ThrottlingException": (Outcome.THROTTLED, "throttled"),
    "AccessDeniedException": (Outcome.PERMANENT, "access_denied"),
    "InvalidAccountIdException": (Outcome.PERMANENT, "invalid_account"),
    "InvalidArgument": (Outcome.PERMANENT, "invalid_argument"),
    "MalformedDetail": (Outcome.PERMANENT, "malformed_detail"),
    "RedactionFailure": (Outcome.PERMANENT, "redaction_failure"),
    "NotAuthorizedForSourceException": (Outcome.PERMANENT, "source_forbidden"),
    "NotAuthorizedForDetailTypeException": (Outcome.PERMANENT, "detail_type_forbidden"),
    "ResourceNotFoundException": (Outcome.UNREACHABLE, "no_bus"),
}

# About a whole call: the destination, not its events.
THROTTLED = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"})
CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
ACCESS = frozenset({"AccessDenied", "AccessDeniedException", "NotAuthorized", "OptInRequired"})

CONTENT_REFUSED = Failure(Outcome.PERMANENT, "call_refused", "EventBridge refuses the form of this entry")
TOO_MANY, GATEWAY_TIMEOUT, SERVER_ERROR = 429, 504, 500


def entry_verdict(code: str) -> Failure:
    outcome, name = ENTRY_VERDICTS.get(code, (Outcome.RETRYABLE, "entry_failed"))
    return Failure(outcome, name, f"EventBridge refused the entry ({code})")


def call_verdict(code: str, status: int) -> Failure:
    """An error answer to a whole call. A server's error is an outage: it says nothing about the events in the call.

    CONTENT_REFUSED is what is left: the request's form, so that one entry may have spoilt it for all.
    """
    message = f"EventBridge refused the call ({code}, HTTP {status})"
    if code in THROTTLED or status == TOO_MANY:
        return Failure(Outcome.THROTTLED, "throttled", message)
    if code in CREDENTIALS:
        return Failure(Outcome.UNREACHABLE, "credentials_refused", message)
    if code in ACCESS:
        return Failure(Outcome.UNREACHABLE, "access_denied", message)
    if code == "ResourceNotFoundException":
        return Failure(Outcome.UNREACHABLE, "no_bus", message)
    if status == GATEWAY_TIMEOUT:
        return Failure(Outcome.AMBIGUOUS, CONNECTION_LOST, message)
    if status >= SERVER_ERROR:
        return Failure(Outcome.UNREACHABLE, "service_unavailable", message)
    return CONTENT_REFUSED
