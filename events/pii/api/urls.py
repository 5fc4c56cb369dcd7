"""The part of /api/v1/pii/."""

from django.urls import path

from events.pii.api import policies, sets
from events.pii.api.after import SchemaAfterView
from events.pii.api.consequences import ConsequencesView
from events.pii.api.preview import PreviewView

urlpatterns = [
    path("preview", PreviewView.as_view(), name="pii-preview"),
    path("schemas/<path:type>/<str:version>", SchemaAfterView.as_view(), name="pii-schema-after"),
    path("policies", policies.PoliciesView.as_view(), name="pii-policies"),
    path("policies/<int:id>", policies.PolicyView.as_view(), name="pii-policy"),
    path("sets", sets.SetsView.as_view(), name="pii-policy-sets"),
    path("sets/newest", sets.NewestSetView.as_view(), name="pii-policy-set-newest"),
    path("sets/draft", sets.DraftView.as_view(), name="pii-policy-set-draft"),
    path("sets/draft/consequences", ConsequencesView.as_view(), name="pii-draft-consequences"),
    path("sets/difference", sets.DifferenceView.as_view(), name="pii-policy-set-difference"),
    path("sets/approve", sets.ApproveView.as_view(), name="pii-policy-set-approve"),
    path("sets/publish", sets.PublishView.as_view(), name="pii-policy-set-publish"),
    path("sets/<int:version>", sets.SetView.as_view(), name="pii-policy-set"),
    path("sets/<int:version>/rollback", sets.RollbackView.as_view(), name="pii-policy-set-rollback"),
]
