"""Which environment this is, on every page and in every title: who has two tabs open must not mix them up."""

from django.conf import settings
from django.http import HttpRequest

VARIANTS = {"production": "danger", "staging": "warning", "development": "info"}


def badge(_request: HttpRequest) -> tuple[str, str]:
    """Its name, and the theme's colour for it."""
    return settings.ENVIRONMENT, VARIANTS[settings.ENVIRONMENT]


def title_prefix(_request: HttpRequest) -> str:
    return f"[{settings.ENVIRONMENT}]"
