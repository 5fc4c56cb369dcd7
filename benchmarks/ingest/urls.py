from django.urls import include, path

from benchmarks.ingest.views import BatchView, EventView, OpenBatchView, OpenEventView, empty

urlpatterns = [
    path("empty", empty),
    path("framework/event", EventView.as_view()),
    path("framework/batch", BatchView.as_view()),
    path("open/event", OpenEventView.as_view()),
    path("open/batch", OpenBatchView.as_view()),
    path("", include("controlplane.urls")),
]
