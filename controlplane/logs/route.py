"""Where a request went, for log lines. Never its address: whoever asks may put personal data into that."""

from typing import Any

from django.http import HttpRequest

ROUTE = "controlplane.route"
"""Under which name a request's environment has it, for the server that writes the line."""

NOWHERE = "(none)"
_ROOTS = ("/api/v1/", "/api/", "/admin/", "/problems/", "/static/")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


def route_of(request: HttpRequest) -> str:
    """The pattern of its address, `/api/v1/events/<uuid:uuid>`; of one that nothing answers to, the beginning only."""
    match = request.resolver_match
    return f"/{match.route.removeprefix('^')}" if match and match.route is not None else beginning_of(request.path_info)


def beginning_of(path: Any) -> str:
    return next((f"{root}…" for root in _ROOTS if str(path).startswith(root)), NOWHERE)


def method_of(method: Any) -> str:
    """A method may be any word."""
    return str(method) if method in _METHODS else "(other)"
