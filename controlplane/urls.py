from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from controlplane.health import healthz
from events.api.problems import not_found

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("events.api.urls")),
    path("api/v1/", include("routing.api.urls")),
    path("api/v1/", include("dlq.urls")),
    # With DEBUG, handler404 is not asked.
    re_path(r"^api/", not_found),
]

handler400 = "events.api.problems.handler400"
handler403 = "events.api.problems.handler403"
handler404 = "events.api.problems.handler404"
handler500 = "events.api.problems.handler500"
