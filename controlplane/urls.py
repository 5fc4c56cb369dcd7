from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from controlplane.contract import OpenApiView, docs
from controlplane.monitoring.health import healthz, readyz
from controlplane.monitoring.metrics import metrics
from events.api.problem_pages import problem_list, problem_page
from events.api.problems import not_found

urlpatterns = [
    # First, since most requests hand events in: each pattern that is tried before costs all of them.
    path("api/v1/", include("routing.api.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("problems/", problem_list, name="problems"),
    path("problems/<slug:code>", problem_page, name="problem"),
    path("api/v1/docs", docs, name="api-docs"),
    path("api/v1/openapi.json", OpenApiView.as_view(), {"extension": "json"}, name="openapi-json"),
    path("api/v1/openapi.yaml", OpenApiView.as_view(), {"extension": "yaml"}, name="openapi-yaml"),
    path("api/v1/", include("events.api.urls")),
    path("api/v1/schemas/", include("events.schemas.api.urls")),
    path("api/v1/pii/", include("events.pii.api.urls")),
    path("api/v1/", include("dlq.urls")),
    # With DEBUG, handler404 is not asked.
    re_path(r"^api/", not_found),
]

handler400 = "events.api.problems.handler400"
handler403 = "events.api.problems.handler403"
handler404 = "events.api.problems.handler404"
handler500 = "events.api.problems.handler500"
