"""Anchors in an S3 object: where its bucket keeps versions or locks objects, nobody can take one back unseen."""

from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from events.audit.anchors import Anchor, AnchorError, parse_anchors

_CONFIG = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
_FORM = "a place in S3 must be s3://bucket/key: the name of a bucket and the key of an object in it"
_MISSING = frozenset({"NoSuchKey", "404"})


def read_object(url: str) -> list[Anchor]:
    """The anchors at `s3://bucket/key`, none where there is no such object. Raises AnchorError."""
    return parse_anchors(_text(url))


def append_to_object(url: str, anchor: Anchor) -> None:
    """Write the object anew with a line more. Raises AnchorError."""
    bucket, key = _place(url)
    try:
        _client().put_object(Bucket=bucket, Key=key, Body=(_text(url) + anchor.as_line()).encode())
    except (BotoCoreError, ClientError) as error:
        raise _refused(error) from error


def _text(url: str) -> str:
    bucket, key = _place(url)
    try:
        body: bytes = _client().get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            return ""
        raise _refused(error) from error
    except BotoCoreError as error:
        raise _refused(error) from error
    return body.decode()


def _client() -> Any:
    return boto3.client("s3", config=_CONFIG)


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise AnchorError(_FORM) from None
    bucket, key = parts.netloc, parts.path.lstrip("/")
    if not bucket or not key or parts.query or parts.fragment:
        raise AnchorError(_FORM)
    return bucket, key


def _refused(error: Exception) -> AnchorError:
    if isinstance(error, ParamValidationError):
        # A bucket cannot be called like this.
        return AnchorError(_FORM)
    return AnchorError(f"S3 does not take or give the anchors: {type(error).__name__}")
