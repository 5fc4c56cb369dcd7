from django.urls import include, path

from benchmarks.ingest.views import BatchView, EventView, empty

urlpatterns = [
    path("empty", empty),
    path("framework/event", EventView.as_view()),
    path("framework/batch", BatchView.as_view()),
    path("", include("controlplane.urls")),
]
