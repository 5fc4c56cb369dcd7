"""The part of /api/v1/ that shows and routes events."""

from django.urls import path

from routing.api.views import EventView, RouteAgainView

urlpatterns = [
    path("events/<uuid:uuid>", EventView.as_view(), name="event"),
    path("unrouted/route-again", RouteAgainView.as_view(), name="unrouted-route-again"),
]
