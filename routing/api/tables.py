"""Routing tables over the API: read, compared, published from the draft, rolled back to."""

from events.api.publishing import views as published
from events.api.publishing.described import PublishedApi
from events.api.publishing.views import operation
from routing.api.refusals import faults_of
from routing.api.table_representation import (
    DifferenceSerializer,
    DraftSerializer,
    TablePageSerializer,
    TableSerializer,
)
from routing.matching.difference import difference
from routing.publish_table import PUBLICATION

TABLES = PublishedApi(
    publication=PUBLICATION,
    page=TablePageSerializer,
    one=TableSerializer,
    draft=DraftSerializer,
    compared=DifferenceSerializer,
    difference=difference,
    member="rule",
    faults=faults_of,
    address="table",
    effect="All enabled rules become the next routing table; workers go by it from their next batch on.",
    none_yet="Nothing has been published yet.",
    note="branches go to NATS first",
    read="read_table",
    publish="publish_table",
    rollback="roll_back_table",
)


@operation("list_tables", "Routing tables, the newest first")
class TablesView(published.ListView):
    of = TABLES


@operation("read_table", "A routing table")
class TableView(published.OneView):
    of = TABLES


@operation("read_newest_table", "The routing table that events go by")
class NewestTableView(published.NewestView):
    of = TABLES


@operation("read_draft", "The snapshot that would be published now")
class DraftView(published.DraftView):
    of = TABLES


@operation("compare_tables", "What changes from one routing table to another")
class DifferenceView(published.DifferenceView):
    of = TABLES


@operation("publish_table", "Publish the rules as they are now")
class PublishView(published.PublishView):
    of = TABLES


@operation("approve_rules", "Approve the rules as they are now")
class ApproveView(published.ApproveView):
    of = TABLES


@operation("roll_back_table", "Publish an older routing table again")
class RollbackView(published.RollbackView):
    of = TABLES
