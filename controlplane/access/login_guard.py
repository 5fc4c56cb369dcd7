"""Who guesses passwords is locked out for a while: what django-axes asks us, and how it counts.

Nothing that was typed is kept: a password typed into the wrong field would be in the table in clear.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

WEIGHTS = (1, 10, 20)
"""How many failures count as one, for each of AXES_LOCKOUT_PARAMETERS: of a name from an address, from an address, of a
name. Many people may share an address, and a name must not be too easy to lock for others."""


class LoginGuard(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes' own, with a limit of its own for each of the lockout's parameters."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        sums = (
            sum(attempts.values_list("failures_since_start", flat=True))
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(int(total) // weight for total, weight in zip(sums, WEIGHTS, strict=True))

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
    ) -> None:
        with _nothing_typed(request):
            super().user_login_failed(sender, credentials, request, **more)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Of this name from this address only: a login of one's own must not clear what was tried on others."""
        own, *_ = self.filter_user_attempts(request, credentials)
        return int(own.delete()[0])


@contextmanager
def _nothing_typed(request: HttpRequest | None) -> Iterator[None]:
    """Axes keeps query and form as they are, but for values under names that it knows."""
    if request is None:
        yield
        return
    query, form = request.GET, request.POST
    request.GET = request.POST = QueryDict()
    try:
        yield
    finally:
        request.GET, request.POST = query, form


def pseudonym(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """What stands for the name that was typed, in whatever case."""
    given = (credentials or request.POST).get("username") or ""
    return hmac.new(settings.SECRET_KEY.encode(), str(given).casefold().encode(), hashlib.sha256).hexdigest()


def client_address(request: HttpRequest) -> str | None:
    """The peer's; behind N proxies that are trusted, what the outermost of them saw. The rest may be invented."""
    seen = request.headers.get("X-Forwarded-For", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    told = seen[-proxies] if proxies and len(seen) >= proxies else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(told.strip()))
    except ValueError:
        return None


def described(*_: object) -> str:
    """For log lines: without name and address."""
    return "a client"


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    response = render(request, "controlplane/locked_out.html", {"minutes": seconds // 60}, status=429)
    response["Retry-After"] = str(seconds)
    return response
