"""Secrets of a fixed form: keys of AWS, tokens of other vendors and our own, JWTs and private keys."""

import binascii
from collections.abc import Iterator
from itertools import pairwise

import orjson
import re2

from events.pii.detection.forms.hit import Hit
from events.pii.detection.gate import SECRET_LENGTH, options
from events.pii.detection.kinds import Kind
from events.pii.detection.names.hints import Hint
from events.pii.detection.reading.page import Page

_VENDORS = (
    rb"gh[pousr]_[A-Za-z0-9_]{30,255}",  # GitHub
    rb"github_pat_[A-Za-z0-9_]{22,255}",
    rb"gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|oas|agent)-[A-Za-z0-9_-]{18,255}|GR1348941[A-Za-z0-9_-]{20,50}",  # GitLab
    rb"xox[a-z]-[A-Za-z0-9-]{10,255}|xapp-\d-[A-Za-z0-9-]{10,255}|xwfp-[A-Za-z0-9-]{10,255}",  # Slack
    rb"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,255}",
    rb"[srp]k_(?:live|test)_[A-Za-z0-9]{10,255}|whsec_[A-Za-z0-9+/=]{20,255}",  # Stripe
    rb"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,1000}|GOCSPX-[A-Za-z0-9_-]{20,64}",  # Google
    rb"npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{16,255}|rubygems_[0-9a-f]{48}",
    rb"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}",  # SendGrid
    rb"\b(?:SK|AC)[0-9a-f]{32}",  # Twilio
    rb"key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}",  # Mailgun, Mailchimp
    rb"\bsk-(?:proj-|svcacct-|ant-|or-)?[A-Za-z0-9_-]{20,255}|hf_[A-Za-z0-9]{30,64}|gsk_[A-Za-z0-9]{30,64}"
    rb"|r8_[A-Za-z0-9]{30,64}|tvly-[A-Za-z0-9-]{20,64}",
    rb"do[opr]_v1_[0-9a-f]{64}|shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,64}",
    rb"\b\d{8,10}:AA[A-Za-z0-9_-]{32,35}",  # Telegram
    rb"dapi[0-9a-f]{32}|dp\.(?:pt|st)\.[A-Za-z0-9._-]{40,64}|hv[sb]\.[A-Za-z0-9_-]{24,255}",
    rb"ATATT3[A-Za-z0-9_=-]{30,255}|lin_api_[A-Za-z0-9]{30,64}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|NRAK-[A-Z0-9]{27}",
    rb"dckr_pat_[A-Za-z0-9_-]{20,64}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,80}|glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}",
    rb"pul-[0-9a-f]{40}|figd_[A-Za-z0-9_-]{30,64}|sntr[yu]s_[A-Za-z0-9_=+/-]{40,255}|pat-[ne]a\d-[0-9a-f-]{36}",
    rb"discord(?:app)?\.com/api/webhooks/\d{10,20}/[A-Za-z0-9_-]{30,100}",
    rb"\bLTAI[A-Za-z0-9]{16,24}|dt0[a-z]01\.[A-Z0-9]{24}\.[A-Z0-9]{64}|\bEZ[AT]K[A-Za-z0-9]{54}|sha256~[A-Za-z0-9_-]{43}",
    rb"xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}|pscale_[a-z]{2,8}_[A-Za-z0-9_.-]{32,64}|pplx-[A-Za-z0-9]{40,64}"
    rb"|rdme_[a-z0-9]{70}|shippo_(?:live|test)_[0-9a-f]{40}|\bsq[apu]_[0-9a-f]{40}|FLWSECK(?:_TEST)?-[0-9a-h]{12,40}"
    rb"|HRKU-[A-Za-z0-9_-]{36,64}|glc_[A-Za-z0-9+/=]{32,400}|fo1_[A-Za-z0-9_-]{43}|pnu_[A-Za-z0-9]{36}"
    rb"|tfp_[A-Za-z0-9_.=-]{59}|duffel_(?:live|test)_[A-Za-z0-9_=-]{43}|sbp_[0-9a-f]{40}|sgp_[0-9a-f_]{40,60}"
    rb"|ntn_[A-Za-z0-9]{40,50}|CFPAT-[A-Za-z0-9_-]{43}|lin_oauth_[0-9a-f]{64}|ATCTT3[A-Za-z0-9_=-]{30,255}",
    rb"ecp_[0-9a-f]{12}_[A-Za-z0-9_-]{43}",  # this product
)
_TOKEN = re2.compile(b"|".join(_VENDORS), options())
_BEARER = re2.compile(rb"\bbearer (?:[A-Za-z._~+/-]*\d[A-Za-z0-9._~+/-]*={0,2})", options(case_sensitive=False))
_SHORTEST_BEARER = len("bearer ") + 16
# Longer than the names of schemes, such as AWS4-HMAC-SHA256.
_AUTHORIZED = re2.compile(
    rb"authorization: (?:(?:api-)?token )?([A-Za-z._~+/-]*\d[A-Za-z0-9._~+/-]*={0,2})", options(case_sensitive=False)
)
_SHORTEST_AUTHORIZED = 20
_BASIC = re2.compile(rb"\b[Bb]asic ([A-Za-z0-9+/]{8,}={0,2})", options())
_ACCESS_KEY = re2.compile(rb"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}", options())
_SECRET_KEY = re2.compile(rb"[A-Za-z0-9/+]{40,}", options())
# How often capitals, small letters, digits and signs take turns in it: 16 times in AWS's own example.
_FEWEST_TURNS, _FEWEST_NAMED_TURNS = 14, 8
_CLASSES = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", b"A" * 26 + b"a" * 26 + b"0" * 10 + b"//"
)
_JWT = re2.compile(rb"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){1,3}", options())
_LONGEST_HEADER = 4096
_DIGITLESS = re2.compile(rb"^[^0-9]*$", options())
_KEY_BLOCK = re2.compile(
    rb"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^\x1f]*?"
    rb"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\x1f)"
    rb"|PuTTY-User-Key-File-\d[^\x1f]*|AGE-SECRET-KEY-1[0-9A-Za-z]{50,60}",
    options(),
)


def vendor_tokens(page: Page) -> Iterator[Hit]:
    joined = page.joined
    for start, end in page.spans(_TOKEN, Kind.API_TOKEN):
        if _stands_free(joined, start, end):
            yield start, end, Kind.API_TOKEN
    for start, end in page.spans(_BEARER, Kind.API_TOKEN):
        if end - start >= _SHORTEST_BEARER:
            yield start + len("bearer "), end, Kind.API_TOKEN
    for start, end in page.spans(_AUTHORIZED, Kind.API_TOKEN, 1):
        if end - start >= _SHORTEST_AUTHORIZED:
            yield start, end, Kind.API_TOKEN
    for start, end in page.spans(_BASIC, Kind.URL_CREDENTIALS, 1):
        if _is_user_info(joined[start:end]):
            yield start, end, Kind.URL_CREDENTIALS
    yield from _access_keys(page)


def _is_user_info(encoded: bytes) -> bool:
    """`user:password` in base64."""
    try:
        decoded = binascii.a2b_base64(encoded)
    except binascii.Error:
        return False
    return b":" in decoded and decoded.isascii() and decoded.decode().isprintable()


def _stands_free(joined: bytes, start: int, end: int) -> bool:
    return not (joined[start - 1 : start].isalnum() or joined[end : end + 1].isalnum())


def _access_keys(page: Page) -> Iterator[Hit]:
    for start, end in page.spans(_ACCESS_KEY, Kind.AWS_ACCESS_KEY):
        if _stands_free(page.joined, start, end):
            yield start, end, Kind.AWS_ACCESS_KEY


def secret_keys(page: Page) -> Iterator[Hit]:
    """Forty characters that look drawn at random; fewer signs of that are enough where AWS or a secret is named."""
    joined = page.joined
    if not _has_long_word(page):
        return
    for start, end in page.spans(_SECRET_KEY, Kind.AWS_SECRET_KEY):
        if end - start != SECRET_LENGTH or joined[end : end + 1] in {b"=", b"_", b"-"}:
            continue
        if joined[start - 1 : start] not in {b"_", b"-"} and _looks_drawn(page, start, joined[start:end]):
            yield start, end, Kind.AWS_SECRET_KEY


def _has_long_word(page: Page) -> bool:
    """Digests are as long as a key, and most events have one: in small letters, so that no pattern has to be run."""
    long = [text for text in page.texts if len(text) >= SECRET_LENGTH and not text.islower()]
    return any(max(map(len, text.split()), default=0) >= SECRET_LENGTH for text in long)


def _looks_drawn(page: Page, start: int, text: bytes) -> bool:
    # One of a thousand has no digit; of paths and names most.
    if text.islower() or text.isupper() or _DIGITLESS.search(text):
        return False
    classes = text.translate(_CLASSES)
    turns = sum(here != there for here, there in pairwise(classes))
    # What begins with a slash is rather a path.
    if turns >= _FEWEST_TURNS and (b"/" in text or b"+" in text) and text[:1] != b"/":
        return True
    return turns >= _FEWEST_NAMED_TURNS and _is_named(page, start)


def _is_named(page: Page, start: int) -> bool:
    if page.hints_at(start) & Hint.AWS:
        return True
    before = page.before(start, 60).lower().replace(b"amazonaws", b"")
    return b"aws" in before or b"secret" in before or b"akia" in before


def jwts(page: Page) -> Iterator[Hit]:
    for start, end in page.spans(_JWT, Kind.JWT):
        if _is_header(page.joined[start : start + _LONGEST_HEADER].partition(b".")[0]):
            yield start, end, Kind.JWT


def _is_header(part: bytes) -> bool:
    try:
        header = orjson.loads(binascii.a2b_base64(part.translate(bytes.maketrans(b"-_", b"+/")) + b"=="))
    except ValueError:
        return False
    return type(header) is dict and ("alg" in header or "enc" in header or "typ" in header)


def key_blocks(page: Page) -> Iterator[Hit]:
    """From its first line to its last, or to the end of the text where that was cut off."""
    for start, end in page.spans(_KEY_BLOCK, Kind.PRIVATE_KEY):
        yield start, end - (page.joined[end - 1 : end] == b"\x1f"), Kind.PRIVATE_KEY
