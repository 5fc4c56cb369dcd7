"""The part of /api/v1/ about dead letters."""

from django.urls import path

from dlq.views import DeadLetterView, DiscardView, RedriveView

urlpatterns = [
    path("dead-letters/<int:pk>", DeadLetterView.as_view(), name="dead-letter"),
    path("dead-letters/<int:pk>/redrive", RedriveView.as_view(), name="dead-letter-redrive"),
    path("dead-letters/<int:pk>/discard", DiscardView.as_view(), name="dead-letter-discard"),
]
