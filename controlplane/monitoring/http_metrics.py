"""Counts requests for Prometheus: django-prometheus, less what nobody asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django_prometheus.middleware import Metrics, PrometheusAfterMiddleware
from django_prometheus.utils import Time

KEPT = frozenset(
    {
        "django_http_requests_latency_seconds_by_view_method",
        "django_http_responses_total_by_status_view_method",
        "django_http_exceptions_total_by_type",
    }
)


class Nothing:
    """A metric that is not kept: each would cost every request some microseconds."""

    def labels(self, *_values: object, **_labels: object) -> "Nothing":
        return self

    def inc(self, _amount: float = 1) -> None:
        pass

    def observe(self, _amount: float) -> None:
        pass


class HttpMetrics(Metrics):  # type: ignore[misc]
    def register_metric(self, metric_cls: Any, name: str, documentation: str, labelnames: Any = (), **more: Any) -> Any:
        if name not in KEPT:
            return Nothing()
        return super().register_metric(metric_cls, name, documentation, labelnames, **more)


class HttpMetricsMiddleware(PrometheusAfterMiddleware):  # type: ignore[misc]
    """Outermost, so that what the other middlewares answer and cost is counted too."""

    metrics_cls = HttpMetrics

    def process_request(self, request: HttpRequest) -> None:
        request.prometheus_after_middleware_event = Time()  # type: ignore[attr-defined]

    def process_view(self, *_: Any) -> None:
        """All it would count here is not kept."""

    def label_metric(
        self, metric: Any, request: HttpRequest, response: HttpResponse | None = None, **labels: Any
    ) -> Any:
        """One place of the library takes the method as the client wrote it: endless many labels."""
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)
