import pytest
from django.db import connection, transaction

from events.models import AuditRecord, ImmutableRowError, PiiPolicy, PiiPolicySet
from events.pii.policies.decide import NO_POLICIES
from events.pii.policies.errors import PoliciesUnreadableError
from events.pii.publishing import publish as publishing
from events.pii.publishing.drafts import save_policy
from events.pii.publishing.newest import newest_policies
from events.pii.publishing.publish import (
    draft_differs,
    draft_snapshot,
    publish,
    rollback,
)
from events.publishing.errors import DraftChangedError, NothingToPublishError, PublishError
from events.publishing.publication import digest
from events.schemas.registry.number import current
from tests.pii.publishing import made

pytestmark = pytest.mark.django_db


def action(event_type: str = "t", environment: str = "production") -> str | None:
    from tests.pii.policies.made import found

    return newest_policies().decider(event_type, environment).decide(found()).action


def test_nothing_published_is_what_the_environment_says() -> None:
    assert newest_policies() is NO_POLICIES
    assert action() == "ENCRYPT"


def test_the_enabled_policies_become_the_next_version_and_the_registry_has_another_number() -> None:
    made.policy("low", priority=1, default="LOG")
    made.policy("high", priority=2, default="BLOCK", type_pattern="a.*")
    made.policy("off", priority=3, default="REDACT", enabled=False)
    before = current()

    first = publish(note=" the first ", by=None)

    assert (first.version, first.note, first.restored_from) == (1, "the first", None)
    assert [policy["name"] for policy in first.snapshot["policies"]] == ["high", "low"]
    assert (action("a.b"), action("b")) == ("BLOCK", "LOG")
    assert newest_policies().number == 1
    assert current() != before
    assert not draft_differs()


def test_a_draft_decides_about_nothing_until_it_is_published() -> None:
    policy = made.policy(default="LOG")
    publish(note="the first", by=None)
    policy.default = "BLOCK"
    save_policy(policy, expected=policy.revision, by=None)

    before = action()
    publish(note="the second", by=None)

    assert (before, action()) == ("LOG", "BLOCK")


def test_an_older_set_is_published_again_under_a_new_number() -> None:
    policy = made.policy(default="LOG")
    publish(note="the first", by=None)
    policy.default = "BLOCK"
    save_policy(policy, expected=policy.revision, by=None)
    publish(note="the second", by=None)

    third = rollback(1, note="too strict", by=None, upon=2)

    assert (third.version, third.restored_from, action()) == (3, 1, "LOG")
    assert PiiPolicy.objects.get().default == "BLOCK"
    assert draft_differs()


@pytest.mark.parametrize("note", ["", " \t\n"])
def test_it_wants_to_know_why(note: str) -> None:
    made.policy()

    with pytest.raises(PublishError, match="say in a note why"):
        publish(note=note, by=None)

    assert not PiiPolicySet.objects.exists()


def test_no_policies_are_nothing_to_publish_where_none_are_published() -> None:
    off = made.policy("off", enabled=False)
    assert not draft_differs()

    with pytest.raises(NothingToPublishError, match="no policies are enabled"):
        publish(note="a test", by=None)
    off.enabled = True
    save_policy(off, expected=off.revision, by=None)

    assert publish(note="a test", by=None).version == 1


def test_no_policies_are_published_where_some_were() -> None:
    policy = made.policy(default="LOG")
    publish(note="the first", by=None)
    policy.delete()

    assert draft_differs()
    assert publish(note="none any more", by=None).snapshot["policies"] == []


def test_what_was_looked_at_is_published_or_nothing() -> None:
    """H41: what somebody approved is what holds."""
    policy = made.policy(default="LOG")
    seen = digest(draft_snapshot())
    policy.default = "BLOCK"
    save_policy(policy, expected=policy.revision, by=None)

    with pytest.raises(DraftChangedError):
        publish(note="a test", by=None, expected=seen)
    with pytest.raises(DraftChangedError):
        publish(note="a test", by=None, upon=1)

    assert publish(note="a test", by=None, expected=digest(draft_snapshot()), upon=0).version == 1


def test_the_same_again_is_not_published() -> None:
    made.policy()
    publish(note="the first", by=None)

    with pytest.raises(NothingToPublishError):
        publish(note="again", by=None)
    with pytest.raises(NothingToPublishError):
        rollback(1, note="again", by=None)


def test_a_snapshot_that_this_release_cannot_read_is_neither_published_nor_guessed_at() -> None:
    made.policy()
    first = publish(note="the first", by=None)
    newer = {"format": 2, "policies": []}
    PiiPolicySet(version=2, snapshot=newer, note="by a newer release").save()
    PiiPolicySet(version=3, snapshot=first.snapshot, note="back").save()

    with pytest.raises(PublishError, match="format 1 only"):
        rollback(2, note="a test", by=None)
    PiiPolicySet(version=4, snapshot=newer, note="by a newer release").save()

    with pytest.raises(PoliciesUnreadableError):
        newest_policies()


def test_what_a_newer_release_published_is_replaced_even_by_the_same_policies() -> None:
    made.policy(default="LOG")
    first = publish(note="the first", by=None)
    PiiPolicySet(version=2, snapshot={**first.snapshot, "format": 2}, note="by a newer release").save()

    rollback(1, note="back to this release", by=None)

    assert action() == "LOG"


def test_what_is_published_stays_as_it_is() -> None:
    made.policy()
    published = publish(note="the first", by=None)

    with pytest.raises(ImmutableRowError):
        published.save()
    with pytest.raises(ImmutableRowError):
        published.delete()
    with pytest.raises(ImmutableRowError):
        PiiPolicySet.objects.update(note="another")
    with pytest.raises(ImmutableRowError):
        PiiPolicySet.objects.all().delete()


def test_publishing_and_rolling_back_are_audited_with_the_reason() -> None:
    policy = made.policy(default="LOG")
    publish(note="the first", by=None)
    policy.default = "BLOCK"
    save_policy(policy, expected=policy.revision, by=None)
    publish(note="the second", by=None)
    rollback(1, note="too strict", by=None)

    back, *_ = AuditRecord.objects.filter(act="pii_policies.rolled_back")

    assert (back.subject, back.subject_id, back.reason) == ("pii policy set", "3", "too strict")
    assert '"version": 2' in back.before
    assert '"restored_from": 1' in back.after
    assert AuditRecord.objects.filter(act="pii_policies.published").count() == 2


def test_a_publish_that_is_rolled_back_leaves_nothing() -> None:
    made.policy(default="LOG")
    before = current()

    with transaction.atomic():
        publish(note="the first", by=None)
        transaction.set_rollback(True)

    assert not PiiPolicySet.objects.exists()
    assert (newest_policies(), current()) == (NO_POLICIES, before)


def test_more_policies_than_ingest_can_go_by_are_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "MAX_POLICIES", 1)
    made.policy("one")
    made.policy("two")

    with pytest.raises(PublishError, match="at most 1 policies"):
        publish(note="a test", by=None)


def test_the_newest_policies_cost_one_query(django_assert_num_queries: object) -> None:
    made.policy()
    publish(note="the first", by=None)
    newest_policies()

    with django_assert_num_queries(1, connection=connection):  # type: ignore[operator]
        newest_policies()
