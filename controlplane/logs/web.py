"""Gunicorn's part: its own lines through our formatter, and one line for each request, without its address."""

from datetime import timedelta
from logging.config import dictConfig
from typing import Any

import structlog
from django.conf import settings
from gunicorn.glogging import Logger as GunicornLogger  # type: ignore[import-untyped]

from controlplane.logs.route import ROUTE, beginning_of, method_of

log = structlog.get_logger("http")

# Asked every few seconds by machines.
PROBES = ("/healthz", "/readyz", "/metrics")


class Logger(GunicornLogger):  # type: ignore[misc]
    """Gunicorn's `logger_class`."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for own in (self.error_log, self.access_log):
            own.handlers.clear()
            own.propagate = True
        dictConfig(settings.LOGGING)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        tell(resp, environ, request_time)


def tell(resp: Any, environ: dict[str, Any], request_time: timedelta) -> None:
    """No path, query, sender, user, referrer: they are, or may hold, personal data."""
    status = int(str(resp.status).split(None, 1)[0])
    route = environ.get(ROUTE) or beginning_of(environ.get("PATH_INFO"))
    write = log.debug if route in PROBES and status < 400 else log.info
    write(
        "request.answered",
        method=method_of(environ.get("REQUEST_METHOD")),
        route=route,
        status=status,
        bytes=getattr(resp, "sent", 0),
        seconds=round(request_time.total_seconds(), 4),
        request_id=_request_id(resp),
    )


def _request_id(resp: Any) -> str | None:
    return next((value for name, value in resp.headers if name.lower() == "x-request-id"), None)
