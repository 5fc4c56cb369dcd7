"""The part of /api/v1/ about who may call it, and who did what."""

from django.urls import path

from events.api.audit import AuditRecordView, AuditView
from events.api.keys import KeysView, KeyView, RevokeView

urlpatterns = [
    path("audit", AuditView.as_view(), name="audit"),
    path("audit/<int:number>", AuditRecordView.as_view(), name="audit-record"),
    path("keys", KeysView.as_view(), name="keys"),
    path("keys/<int:pk>", KeyView.as_view(), name="key"),
    path("keys/<int:pk>/revoke", RevokeView.as_view(), name="key-revoke"),
]
