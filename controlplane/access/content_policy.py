"""What a page may load and run, and who may frame it, told to browsers with every answer."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]
Policy = Mapping[str, str]

PAGES: Policy = {
    "default-src": "'none'",
    "script-src": "'self'",
    # The theme sets its colours in a style element and widths in attributes.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Alpine, which the theme is made with, compiles what stands in its attributes. No script may stand in the page itself.
ADMIN: Policy = {**PAGES, "script-src": "'self' 'unsafe-eval'"}
DATA: Policy = {"default-src": "'none'", "frame-ancestors": "'none'"}


def _written(policy: Policy) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


_PAGES, _ADMIN, _DATA = _written(PAGES), _written(ADMIN), _written(DATA)


def content_policy(get_response: Respond) -> Respond:
    """Middleware. A view that sets a policy itself keeps it."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request, response))
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return respond


def _policy(request: HttpRequest, response: HttpResponseBase) -> str:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return _DATA
    return _ADMIN if request.path.startswith("/admin/") else _PAGES
