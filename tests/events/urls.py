"""The ingest API at its place, as the product mounts it."""

from django.urls import include, path

from events.api import problems

urlpatterns = [path("api/v1/", include("events.api.urls"))]
handler400 = problems.handler400
handler403 = problems.handler403
handler404 = problems.handler404
handler500 = problems.handler500
