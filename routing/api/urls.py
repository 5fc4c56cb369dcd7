"""The part of /api/v1/ that shows and routes events."""

from django.urls import path

from events.pii.api.reveal import RevealView
from routing.api import destinations, rules, tables
from routing.api.deliveries import DeliveriesView, DeliveryView
from routing.api.events import EventsView, EventView
from routing.api.status import DestinationStatusesView, DestinationStatusView, StatusView

urlpatterns = [
    path("events", EventsView.as_view(), name="events"),
    path("events/<uuid:uuid>", EventView.as_view(), name="event"),
    path("events/<uuid:uuid>/reveal", RevealView.as_view(), name="event-reveal"),
    path("deliveries", DeliveriesView.as_view(), name="deliveries"),
    path("deliveries/<int:pk>", DeliveryView.as_view(), name="delivery"),
    path("status", StatusView.as_view(), name="status"),
    path("status/destinations", DestinationStatusesView.as_view(), name="destination-statuses"),
    path("status/destinations/<slug:destination>", DestinationStatusView.as_view(), name="destination-status"),
    path("destinations", destinations.DestinationsView.as_view(), name="destinations"),
    path("destinations/<int:id>", destinations.DestinationView.as_view(), name="destination"),
    path("destinations/<int:id>/pause", destinations.PauseView.as_view(), name="destination-pause"),
    path("destinations/<int:id>/resume", destinations.ResumeView.as_view(), name="destination-resume"),
    path("destinations/<int:id>/test", destinations.TestView.as_view(), name="destination-test"),
    path("rules", rules.RulesView.as_view(), name="rules"),
    path("rules/<int:id>", rules.RuleView.as_view(), name="rule"),
    path("tables", tables.TablesView.as_view(), name="tables"),
    path("tables/newest", tables.NewestTableView.as_view(), name="table-newest"),
    path("tables/draft", tables.DraftView.as_view(), name="table-draft"),
    path("tables/difference", tables.DifferenceView.as_view(), name="table-difference"),
    path("tables/approve", tables.ApproveView.as_view(), name="table-approve"),
    path("tables/publish", tables.PublishView.as_view(), name="table-publish"),
    path("tables/<int:version>", tables.TableView.as_view(), name="table"),
    path("tables/<int:version>/rollback", tables.RollbackView.as_view(), name="table-rollback"),
]
