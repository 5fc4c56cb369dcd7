"""H41: nobody alone publishes the policies for personal data that they changed themselves."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from events.api_keys import Scope, find_caller, issue_key
from events.models import AuditRecord, PiiPolicy, PiiPolicySet
from events.pii.publishing.drafts import delete_policy, save_policy
from events.pii.publishing.publish import PUBLICATION, approve, draft_snapshot, publish, rollback
from events.publishing.errors import DraftChangedError, OwnChangesError, PublishError
from events.publishing.publication import digest
from events.who import Actor, Caller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def four_eyes(settings: Any) -> None:
    settings.FOUR_EYES = ["policies"]


@pytest.fixture
def alice() -> User:
    return User.objects.create_superuser("alice")


@pytest.fixture
def bob() -> User:
    return User.objects.create_user("bob")


def changed(by: Actor, name: str = "p", **values: Any) -> PiiPolicy:
    return save_policy(PiiPolicy(name=name, **values), expected=None, by=by)


def seen() -> str:
    """The digest of the draft as it is now."""
    return digest(draft_snapshot())


def published(by: Actor) -> PiiPolicySet:
    return publish(note="a test", by=by, expected=seen())


def approved(by: Actor) -> None:
    approve(note="looked at it", by=by, expected=seen())


def key_of(by: Actor) -> Caller:
    caller = find_caller(issue_key("key", [Scope.PUBLISH, Scope.CONFIGURE], by=by)[1])
    assert caller is not None
    return caller


def test_h41_an_author_cannot_publish_also_as_superuser_and_that_is_on_record(alice: User) -> None:
    changed(alice)

    with pytest.raises(OwnChangesError):
        published(alice)

    assert not PiiPolicySet.objects.exists()
    refusal = AuditRecord.objects.get(act="pii_policies.refused")
    assert (refusal.by, refusal.reason) == (f"user {alice.pk}", "a test")


def test_h41_the_same_refused_again_is_not_recorded_again(alice: User) -> None:
    policy = changed(alice)
    for act in (publish, publish, approve):
        with pytest.raises(OwnChangesError):
            act(note="a test", by=alice, expected=seen())
    assert AuditRecord.objects.filter(act="pii_policies.refused").count() == 1

    policy.default = "LOG"
    save_policy(policy, expected=policy.revision, by=alice)
    for by in (alice, key_of(alice)):
        with pytest.raises(OwnChangesError):
            published(by)

    assert AuditRecord.objects.filter(act="pii_policies.refused").count() == 3


def test_somebody_else_can(alice: User, bob: User) -> None:
    changed(alice)

    assert published(bob).published_by == bob


def test_with_the_approval_of_somebody_else_an_author_can(alice: User, bob: User) -> None:
    changed(alice)

    approved(bob)

    assert published(alice).version == 1
    assert AuditRecord.objects.get(act="pii_policies.approved").by == f"user {bob.pk}"


def test_h41_an_only_author_cannot_approve_and_that_is_on_record(alice: User) -> None:
    changed(alice)

    with pytest.raises(OwnChangesError):
        approved(alice)

    assert AuditRecord.objects.filter(act="pii_policies.refused", by=f"user {alice.pk}").exists()
    assert not AuditRecord.objects.filter(act="pii_policies.approved").exists()


def test_two_who_both_changed_something_look_at_each_other_s(alice: User, bob: User) -> None:
    changed(alice, "hers")
    changed(bob, "his")
    with pytest.raises(OwnChangesError):
        published(bob)

    approved(bob)

    assert published(alice).version == 1


def test_h41_an_approval_is_of_what_was_looked_at(alice: User, bob: User) -> None:
    policy = changed(alice, default="ENCRYPT")
    approved(bob)
    policy.default = "LOG"
    save_policy(policy, expected=policy.revision, by=alice)

    with pytest.raises(OwnChangesError):
        published(alice)


def test_h41_what_changed_since_it_was_looked_at_is_not_approved(alice: User, bob: User) -> None:
    changed(alice)
    before = seen()
    changed(alice, "later")

    with pytest.raises(DraftChangedError):
        approve(note="looked at it", by=bob, expected=before)


@pytest.mark.parametrize("act", [publish, approve])
def test_whoever_publishes_or_approves_says_what_they_looked_at(alice: User, bob: User, act: Any) -> None:
    changed(alice)

    with pytest.raises(PublishError) as refused:
        act(note="a test", by=bob, expected=None)

    assert [one.place for one in refused.value.problems] == ["/draft"]


def test_an_approval_has_a_reason(alice: User, bob: User) -> None:
    changed(alice)

    with pytest.raises(PublishError):
        approve(note=" ", by=bob, expected=seen())


def test_h41_a_key_acts_for_whoever_issued_it(alice: User) -> None:
    changed(alice)
    first = key_of(alice)

    for key in (first, key_of(first)):
        with pytest.raises(OwnChangesError):
            published(key)


def test_h41_what_somebody_changed_with_their_key_is_their_own(alice: User) -> None:
    changed(key_of(alice))

    with pytest.raises(OwnChangesError):
        published(alice)


def test_keys_that_commands_issued_are_different_people() -> None:
    author, other = key_of(None), key_of(None)
    changed(author)

    with pytest.raises(OwnChangesError):
        published(author)
    assert published(other).published_by_key_id == other.key_id


@pytest.mark.parametrize("how", ["changed", "disabled", "deleted"])
def test_every_way_to_change_a_policy_counts(alice: User, bob: User, how: str) -> None:
    policy = changed(bob, default="BLOCK")
    changed(bob, "stays")
    published(alice)
    if how == "deleted":
        delete_policy(policy, expected=policy.revision, by=alice)
    else:
        policy.enabled, policy.default = how != "disabled", "LOG"
        save_policy(policy, expected=policy.revision, by=alice)

    with pytest.raises(OwnChangesError):
        published(alice)


def test_what_was_published_is_nobody_s_change_any_more(alice: User, bob: User) -> None:
    changed(alice)
    published(bob)
    changed(bob, "more")

    assert published(alice).version == 2


def test_h41_a_rollback_does_not_make_changes_of_before_look_published(alice: User, bob: User) -> None:
    changed(bob)
    published(alice)
    changed(bob, "second")
    published(alice)
    changed(alice, "hers", default="LOG")
    rollback(1, note="an emergency", by=alice)

    with pytest.raises(OwnChangesError):
        published(alice)


def test_rolling_back_takes_one_person(alice: User, bob: User) -> None:
    changed(alice)
    published(bob)
    changed(alice, "more")
    published(bob)

    assert rollback(1, note="an emergency", by=alice).restored_from == 1


def test_it_says_who_changed_and_who_approved(alice: User, bob: User) -> None:
    changed(alice)
    approved(bob)

    standing = PUBLICATION.standing(seen())

    assert (standing.changed_by, standing.approved_by) == ((f"user {alice.pk}",), (f"user {bob.pk}",))


def test_where_it_is_not_asked_for_one_person_publishes(alice: User, settings: Any) -> None:
    settings.FOUR_EYES = []
    changed(alice)

    assert publish(note="a test", by=alice).version == 1
