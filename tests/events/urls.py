"""The ingest API at its place, without what lists events there."""

from django.urls import path

from events.api import problems
from events.api.views import IngestView

urlpatterns = [path("api/v1/events", IngestView.as_view())]
handler400 = problems.handler400
handler403 = problems.handler403
handler404 = problems.handler404
handler500 = problems.handler500
