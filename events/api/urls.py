"""The part of /api/v1/ about who may call it."""

from django.urls import path

from events.api.keys import KeysView, KeyView, RevokeView

urlpatterns = [
    path("keys", KeysView.as_view(), name="keys"),
    path("keys/<int:pk>", KeyView.as_view(), name="key"),
    path("keys/<int:pk>/revoke", RevokeView.as_view(), name="key-revoke"),
]
