"""The part of /api/v1/ about dead letters, unrouted events and what is done to many of them."""

from django.urls import path

from dlq.api.dead_letters import (
    DeadLettersView,
    DeadLetterView,
    DiscardManyView,
    DiscardView,
    RedriveManyView,
    RedriveView,
)
from dlq.api.operations import CancelView, OperationsView, OperationView
from dlq.api.unrouted import RouteAgainView, UnroutedView

urlpatterns = [
    path("dead-letters", DeadLettersView.as_view(), name="dead-letters"),
    path("dead-letters/redrive", RedriveManyView.as_view(), name="dead-letters-redrive"),
    path("dead-letters/discard", DiscardManyView.as_view(), name="dead-letters-discard"),
    path("dead-letters/<int:pk>", DeadLetterView.as_view(), name="dead-letter"),
    path("dead-letters/<int:pk>/redrive", RedriveView.as_view(), name="dead-letter-redrive"),
    path("dead-letters/<int:pk>/discard", DiscardView.as_view(), name="dead-letter-discard"),
    path("operations", OperationsView.as_view(), name="operations"),
    path("operations/<uuid:uuid>", OperationView.as_view(), name="operation"),
    path("operations/<uuid:uuid>/cancel", CancelView.as_view(), name="operation-cancel"),
    path("unrouted", UnroutedView.as_view(), name="unrouted"),
    path("unrouted/route-again", RouteAgainView.as_view(), name="unrouted-route-again"),
]
