from typing import Any

import pytest

from events.audit.verify import verify
from events.models import AuditRecord, PiiPolicy
from events.pii.publishing.drafts import PolicyRefusedError, delete_policy, save_policy
from events.revision import EditConflictError
from events.schemas.registry.number import current
from tests.pii.publishing import made

pytestmark = pytest.mark.django_db


def test_a_policy_is_saved_as_it_will_be_published_and_ingest_hears_nothing_of_it() -> None:
    before = current()

    policy = made.policy(paths=[{"path": "/data/a", "action": "LOG"}])

    stored = PiiPolicy.objects.get(pk=policy.pk)
    assert stored.paths == [{"path": "/data/a", "action": "LOG", "kind": None, "whole": False}]
    assert (stored.revision, current()) == (1, before)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"name": ""}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"type_pattern": ""}, "/type_pattern"),
        ({"type_pattern": " x"}, "/type_pattern"),
        ({"priority": 1_000_001}, "/priority"),
        ({"kinds": {"x": "LOG"}}, "/kinds/x"),
        ({"paths": [{"path": "/a/b", "action": "LOG"}]}, "/paths/0/path"),
        ({"environments": ["prd"]}, "/environments/0"),
        ({"default": "SOMETIMES"}, "/default"),
        ({"note": "x" * 201}, "/note"),
    ],
)
def test_what_cannot_be_published_is_not_saved(values: dict[str, Any], place: str) -> None:
    with pytest.raises(PolicyRefusedError) as refused:
        made.policy(**values)

    assert [problem.place for problem in refused.value.problems] == [place]
    assert not PiiPolicy.objects.exists()
    assert not AuditRecord.objects.exists()


def test_two_policies_have_two_names() -> None:
    made.policy("one")

    with pytest.raises(PolicyRefusedError, match="another policy has this name"):
        made.policy("one")


def test_the_second_to_save_what_both_looked_at_is_told_so() -> None:
    """H47."""
    policy = made.policy(default="LOG")
    mine, yours = PiiPolicy.objects.get(), PiiPolicy.objects.get()
    mine.default, yours.default = "BLOCK", "REDACT"
    save_policy(mine, expected=policy.revision, by=None)

    with pytest.raises(EditConflictError):
        save_policy(yours, expected=policy.revision, by=None)
    with pytest.raises(EditConflictError):
        delete_policy(yours, expected=policy.revision, by=None)

    assert PiiPolicy.objects.get().default == "BLOCK"


def test_every_act_is_audited_with_what_it_was_and_what_it_is() -> None:
    policy = made.policy(default="LOG", note="for a start")
    policy.default = "BLOCK"
    save_policy(policy, expected=1, by=None)
    delete_policy(policy, expected=2, by=None)

    deleted, changed, created = AuditRecord.objects.all()

    assert [each.act for each in (created, changed, deleted)] == [
        "pii_policy.created", "pii_policy.changed", "pii_policy.deleted",
    ]  # fmt: skip
    assert (created.before, created.reason) == ("null", "for a start")
    assert '"default": "LOG"' in changed.before
    assert '"default": "BLOCK"' in changed.after
    assert (deleted.before, deleted.after) == (changed.after, "null")
    assert verify().broken is None
