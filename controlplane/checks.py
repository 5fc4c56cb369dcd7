"""System checks: what must not be so in production (`manage.py check --deploy`), each with an id and a hint."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

ENVIRONMENTS = ("development", "staging", "production")
SECRET_LENGTH = 50
SECRET_VARIETY = 5
DEFAULT_PASSWORDS = frozenset({"", "admin", "changeme", "password", "postgres", "root", "secret", "test"})
REDIS_SCHEMES = ("redis://", "rediss://", "redis+socket://", "sentinel://")


@register()
def environment_is_named(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    named = os.environ.get("ENVIRONMENT", "")
    if named in ENVIRONMENTS:
        return []
    says = (
        f"ENVIRONMENT is {named!r}, which is none of {', '.join(ENVIRONMENTS)}." if named else "ENVIRONMENT is not set."
    )
    return [Warning(f"{says} It is taken for production.", hint="Set ENVIRONMENT.", id="controlplane.W001")]


@register(Tags.security, deploy=True)
def fit_for_production(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    return [*_secret_key(), *_debug(), *_database(), *_broker()]


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
    elif str(database.get("PASSWORD", "")).lower() in DEFAULT_PASSWORDS and not _trusted(database):
        hint = "Give the database user a password of its own in DATABASE_URL."
        yield Error("The database password is missing or a default one.", hint=hint, id="controlplane.E005")


def _broker() -> Iterator[CheckMessage]:
    if not settings.CELERY_BROKER_URL.startswith(REDIS_SCHEMES):
        hint = "Set REDIS_URL to a Redis or Valkey that all workers reach."
        yield Error("The broker is not Redis: it works on one host at the most.", hint=hint, id="controlplane.E004")


def _trusted(database: dict[str, Any]) -> bool:
    """Whether the connection is authenticated without a password: over a socket file, or by a client certificate."""
    host = str(database.get("HOST", ""))
    return host == "" or host.startswith("/") or "sslcert" in database.get("OPTIONS", {})
