"""Who calls the API, and whether they may: `Authorization: Bearer ecp_<prefix>_<secret>`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from events.api.problems import CHALLENGE, INVALID_KEY, Problem, unauthenticated
from events.api_keys import Scope, find_caller, key_of
from events.who import Caller, HeldKey

if TYPE_CHECKING:
    # That module imports this one, to have it as a default.
    from rest_framework.views import APIView

MOST_KEPT = 1_000

_kept: dict[HeldKey, Caller] = {}


def authenticate(request: HttpRequest) -> Caller | None:
    """The caller, None without an Authorization header, or `Problem` 401 for one that does not hold good."""
    if not request.META.get("HTTP_AUTHORIZATION"):
        return None
    secret = _secret(request)
    caller = find_caller(secret) if secret else None
    if caller is None:
        raise unauthenticated("the API key is unknown or revoked", INVALID_KEY)
    return caller


def require(request: HttpRequest, scope: Scope) -> Caller:
    """The caller, if a key with this scope is given; else `Problem` 401 or 403."""
    caller = authenticate(request)
    if caller is None:
        raise unauthenticated("an API key is needed: Authorization: Bearer ...")
    if scope not in caller.scopes:
        raise Problem(403, "permission-denied", "Permission denied", f"the API key lacks the scope {scope.value}")
    return caller


def require_or_recall(request: HttpRequest, scope: Scope) -> tuple[Caller, HeldKey | None]:
    """The caller as by `require`, or, without a look at the database, as it was found before: then with the key.

    Whatever is done for a recalled caller must ask along the way whether the key still holds.
    """
    key = key_of(_secret(request))
    recalled = _kept.get(key) if key else None
    if recalled is not None and scope in recalled.scopes:
        return recalled, key
    caller = require(request, scope)
    if key:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[key] = caller
    return caller, None


def forget(key: HeldKey) -> None:
    """Look this one up the next time."""
    _kept.pop(key, None)


def _secret(request: HttpRequest) -> str:
    scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


class ApiKeyAuthentication(BaseAuthentication):
    """`authenticate` for REST framework; `request.user` and `request.auth` are the `Caller`."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller] | None:
        try:
            caller = authenticate(request._request)
        except Problem as found:
            detail = str(found)
        else:
            return None if caller is None else (caller, caller)
        raise AuthenticationFailed(detail)

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def caller_of(request: Request) -> Caller:
    assert isinstance(request.auth, Caller)
    return request.auth


def required_scope(view: object, method: str | None) -> Scope | None:
    """What a caller must have: `required_scopes` of a view by HTTP method, or its `required_scope`; None is nothing."""
    asked = "GET" if method == "HEAD" else method
    by_method: Mapping[str | None, Scope] = getattr(view, "required_scopes", {})
    return by_method.get(asked, getattr(view, "required_scope", None))


class HasScope(BasePermission):
    """The caller has the scope that the view names."""

    message = "the API key lacks the scope for this"

    def has_permission(self, request: Request, view: "APIView") -> bool:
        caller = cast(Caller | None, request.auth)
        return caller is not None and required_scope(view, request.method) in caller.scopes
