"""The part of /api/v1/schemas/: types may have slashes, so what follows one is looked for first."""

from django.urls import path

from events.schemas.api import acts, between, computed, legacy, versions
from events.schemas.api.content import SchemaView
from events.schemas.api.types import EventTypesView, EventTypeView

VERSION = "types/<path:type>/versions/<str:version>"

urlpatterns = [
    path("compatibility", computed.CompatibilityView.as_view(), name="schema-compatibility"),
    path("merge", computed.MergeView.as_view(), name="schema-merge"),
    path("legacy-types", legacy.LegacyTypesView.as_view(), name="legacy-types"),
    path("legacy-types/<int:id>", legacy.LegacyTypeView.as_view(), name="legacy-type"),
    path("types", EventTypesView.as_view(), name="event-types"),
    path(f"{VERSION}/schema", SchemaView.as_view(), name="schema"),
    path(f"{VERSION}/activate", acts.ActivateView.as_view(), name="schema-activate"),
    path(f"{VERSION}/deprecate", acts.DeprecateView.as_view(), name="schema-deprecate"),
    path(f"{VERSION}/retire", acts.RetireView.as_view(), name="schema-retire"),
    path(f"{VERSION}/consequences", acts.ConsequencesView.as_view(), name="schema-consequences"),
    path(VERSION, versions.VersionView.as_view(), name="schema-version"),
    path("types/<path:type>/versions", versions.VersionsView.as_view(), name="schema-versions"),
    path("types/<path:type>/difference", between.DifferenceView.as_view(), name="schema-difference"),
    path("types/<path:type>/migrations", between.MigrationsView.as_view(), name="schema-migrations"),
    path("types/<path:type>", EventTypeView.as_view(), name="event-type"),
]
