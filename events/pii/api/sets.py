"""Published sets of policies over the API: read, compared, published from the draft, rolled back to."""

from events.api.publishing import views as published
from events.api.publishing.described import PublishedApi
from events.api.publishing.views import operation
from events.pii.api.refusals import faults_of
from events.pii.api.set_representation import (
    PiiDifferenceSerializer,
    PiiDraftSerializer,
    PiiPolicySetPageSerializer,
    PiiPolicySetSerializer,
)
from events.pii.policies.difference import difference
from events.pii.publishing.publish import PUBLICATION

SETS = PublishedApi(
    publication=PUBLICATION,
    page=PiiPolicySetPageSerializer,
    one=PiiPolicySetSerializer,
    draft=PiiDraftSerializer,
    compared=PiiDifferenceSerializer,
    difference=difference,
    member="policy",
    faults=faults_of,
    address="pii-policy-set",
    effect="All enabled policies become the next set, that events are decided by from now on.",
    none_yet="Nothing has been published yet: what is usual in each environment holds.",
    note="cards are refused from now on",
    read="read_pii_policy_set",
    publish="publish_pii_policies",
    rollback="roll_back_pii_policies",
)


@operation("list_pii_policy_sets", "Published sets of PII policies, the newest first")
class SetsView(published.ListView):
    of = SETS


@operation("read_pii_policy_set", "A published set of PII policies")
class SetView(published.OneView):
    of = SETS


@operation("read_newest_pii_policy_set", "The PII policies that events are decided by")
class NewestSetView(published.NewestView):
    of = SETS


@operation("read_pii_draft", "The snapshot of the PII policies that would be published now")
class DraftView(published.DraftView):
    of = SETS


@operation("compare_pii_policy_sets", "What changes from one set of PII policies to another")
class DifferenceView(published.DifferenceView):
    of = SETS


@operation("publish_pii_policies", "Publish the PII policies as they are now")
class PublishView(published.PublishView):
    of = SETS


@operation("approve_pii_policies", "Approve the PII policies as they are now")
class ApproveView(published.ApproveView):
    of = SETS


@operation("roll_back_pii_policies", "Publish an older set of PII policies again")
class RollbackView(published.RollbackView):
    of = SETS
