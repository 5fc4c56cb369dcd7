"""A key-encryption key that never leaves AWS KMS. The only module here that knows the client library."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from events.pii.keys.errors import KekRefusedError, KekUnreachableError
from events.pii.keys.kek.port import KeyContext, Wrapped

SCHEME = "aws-kms"
_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
_REFUSED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


class KmsKey:
    """A symmetric key by its id, ARN or alias; which data key it is goes along as the encryption context."""

    local = False

    def __init__(self, key_id: str) -> None:
        self._key_id = key_id

    def wrap(self, key: bytes, context: KeyContext) -> Wrapped:
        answer = _call("encrypt", KeyId=self._key_id, Plaintext=key, EncryptionContext=context.as_strings())
        # The ARN of the key itself: an alias may point to another one tomorrow.
        return Wrapped(answer["CiphertextBlob"], f"{SCHEME}:{answer['KeyId']}")

    def unwrap(self, wrapped: Wrapped, context: KeyContext) -> bytes:
        answer = _call(
            "decrypt",
            KeyId=wrapped.kek.partition(":")[2],
            CiphertextBlob=wrapped.key,
            EncryptionContext=context.as_strings(),
        )
        plain: bytes = answer["Plaintext"]
        return plain


def _call(operation: str, **parameters: Any) -> Any:
    """Raises KekError. The library's texts are not passed on: they may quote parameters."""
    try:
        return getattr(_client(), operation)(**parameters)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in _REFUSED:
            raise KekRefusedError("AWS KMS says that the wrapped key was changed, or is another tenant's") from None
        raise KekUnreachableError(f"AWS KMS refuses to {operation}: {code}") from None
    except BotoCoreError as error:
        raise KekUnreachableError(f"AWS KMS does not {operation}: {type(error).__name__}") from None


@cache
def _client() -> Any:
    # A client is made in some 50 ms and may be shared by threads.
    return boto3.client("kms", config=_CONFIG)
