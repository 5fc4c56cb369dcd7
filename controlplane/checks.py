"""System checks: what must not be so in production (`manage.py check --deploy`), each with an id and a hint."""

import os
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from controlplane.environment import HINT, misnamed
from controlplane.logs import LEVELS, STREAMS
from controlplane.logs.lines import FORMATS
from events.pii.keys import kek

SECRET_LENGTH = 50
SECRET_VARIETY = 5
DEFAULT_PASSWORDS = frozenset({"", "admin", "changeme", "password", "postgres", "root", "secret", "test"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
REDIS_SCHEMES = ("redis://", "rediss://", "redis+socket://", "sentinel://")


@register()
def environment_is_named(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    wrong = misnamed()
    return [Warning(wrong, hint=HINT, id="controlplane.W001")] if wrong else []


@register()
def logs_are_understood(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    known = {"LOG_FORMAT": tuple(FORMATS), "LOG_LEVEL": LEVELS, "LOG_STREAM": STREAMS}
    return [
        Warning(f"{name} is none of {', '.join(values)}.", hint=f"Unset it for {values[0]}.", id="controlplane.W002")
        for name, values in known.items()
        if getattr(settings, name) not in values
    ]


@register(Tags.security, deploy=True)
def fit_for_production(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    looks = [_secret_key, _debug, _database, _broker, _hosts, _metrics, _observer, _keys, _four_eyes]
    return [message for look in looks for message in look()]


def _secret_key() -> Iterator[CheckMessage]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    if len(key) < SECRET_LENGTH or len(set(key)) < SECRET_VARIETY or key.startswith("django-insecure-"):
        hint = f"Set SECRET_KEY, or SECRET_KEY_FILE, to {SECRET_LENGTH} or more random characters."
        yield Error("SECRET_KEY is missing or easy to guess.", hint=hint, id="controlplane.E001")


def _debug() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG is on: error pages show settings and data.", hint="Unset DEBUG.", id="controlplane.E002")


def _database() -> Iterator[CheckMessage]:
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.postgresql":
        hint = "Set DATABASE_URL to a PostgreSQL of version 14 or later."
        yield Error("SQLite is for demonstrations.", hint=hint, id="controlplane.E003")
        return
    password, user = str(database.get("PASSWORD", "")), str(database.get("USER", ""))
    if password.lower() in DEFAULT_PASSWORDS | {user.lower()} and not _trusted(database):
        hint = "Give the database user a password of its own in DATABASE_URL."
        yield Error("The database password is missing or a default one.", hint=hint, id="controlplane.E005")


def _broker() -> Iterator[CheckMessage]:
    if not settings.CELERY_BROKER_URL.startswith(REDIS_SCHEMES):
        hint = "Set REDIS_URL to a Redis or Valkey that all workers reach."
        yield Error("The broker is not Redis: it works on one host at the most.", hint=hint, id="controlplane.E004")
    elif any(map(_open_to_all, (settings.CELERY_BROKER_URL, settings.REDIS_URL))):
        hint = "Set a password in Redis (requirepass, or an ACL), and in REDIS_URL: redis://:password@host:6379/0."
        yield Warning("Redis on another host is used without a password.", hint=hint, id="controlplane.W003")


def _open_to_all(url: str) -> bool:
    """Whether whoever reaches the server could read and write what is in it."""
    parts = urlsplit(url)
    default = (parts.password or "").lower() in DEFAULT_PASSWORDS
    return default and parts.hostname is not None and parts.hostname not in LOOPBACK


def _hosts() -> Iterator[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts that the web is asked by: ALLOWED_HOSTS=events.example.com,10.0.0.7."
        yield Error("ALLOWED_HOSTS takes every host: links can be forged.", hint=hint, id="controlplane.E006")


def _metrics() -> Iterator[CheckMessage]:
    """Of several web processes, /metrics is answered by one that knows only what it counted itself."""
    processes = os.environ.get("WEB_CONCURRENCY", "1")
    if processes != "1" and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        hint = "Set PROMETHEUS_MULTIPROC_DIR to an empty folder that all processes of the machine may write to."
        yield Warning("Several web processes count apart: metrics are wrong.", hint=hint, id="controlplane.W004")


def _observer() -> Iterator[CheckMessage]:
    if settings.RELAY_OBSERVER:
        hint = "Unset RELAY_OBSERVER."
        yield Error("RELAY_OBSERVER is set: it is there to inject faults.", hint=hint, id="controlplane.E007")


def _keys() -> Iterator[CheckMessage]:
    """Personal data is encrypted by default outside development: without a key no event that has any is taken."""
    if kek.configured():
        return
    hint = (
        "Set PII_KEK_FILE to a file with 32 random bytes in base64, or PII_KEK_PROVIDER and PII_KMS_KEY_ID for AWS KMS."
    )
    yield Error("There is no key-encryption key for personal data.", hint=hint, id="controlplane.E008")


def _four_eyes() -> Iterator[CheckMessage]:
    if settings.ENVIRONMENT == "production" and "policies" not in settings.FOUR_EYES:
        hint = "Set FOUR_EYES=policies, or silence this where one person alone may decide about it."
        yield Warning("Who weakens a policy for personal data can publish it.", hint=hint, id="controlplane.W005")


def _trusted(database: dict[str, Any]) -> bool:
    """Whether the connection is authenticated without a password: over a socket file, or by a client certificate."""
    host = str(database.get("HOST", ""))
    return host == "" or host.startswith("/") or "sslcert" in database.get("OPTIONS", {})
