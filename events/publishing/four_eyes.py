"""Four eyes: nobody alone publishes what they changed themselves.

Who changed the drafts, and who approved them, is read from the audit records, which nobody can change. An approval is
of one draft, by its digest: it says nothing of another one.
"""

from dataclasses import dataclass

from django.db.models import Max

from events.audit.record import text_of
from events.models import AuditRecord

KEY = "API key "


@dataclass(frozen=True, slots=True)
class Standing:
    """Who changed the drafts since they were published, and who approved them as they are, as audit records say."""

    changed_by: tuple[str, ...]
    approved_by: tuple[str, ...]

    def alone(self, who: str) -> bool:
        """Whether nobody else has looked at what this one changed."""
        me = behind(who)
        return me in map(behind, self.changed_by) and not set(map(behind, self.approved_by)) - {me}

    def only_author(self, who: str) -> bool:
        """Whether an approval by this one would say nothing."""
        return {*map(behind, self.changed_by)} == {behind(who)}


def standing(*, drafts: str, subject: str, act: str, draft: str) -> Standing:
    """Of the draft with the digest `draft`; `drafts` is the subject of records about what is edited.

    `subject` and `act` are those of what is published. A rollback does not count as a publication of the drafts: it
    leaves them as they are.
    """
    published = AuditRecord.objects.filter(subject=subject, act=f"{act}.published")
    since = published.aggregate(number=Max("number"))["number"] or 0
    later = AuditRecord.objects.filter(number__gt=since).order_by("number")
    approved = later.filter(subject=subject, act=f"{act}.approved", after=text_of(approval(draft)))
    return Standing(
        tuple(dict.fromkeys(later.filter(subject=drafts).values_list("by", flat=True))),
        tuple(dict.fromkeys(approved.values_list("by", flat=True))),
    )


def approval(draft: str) -> dict[str, str]:
    """What is on record as approved."""
    return {"draft": draft}


def behind(who: str) -> str:
    """On whose word somebody acts: a key acts for whoever issued it, unless a command did."""
    seen = {who}
    while who.startswith(KEY):
        issued = AuditRecord.objects.filter(subject="API key", subject_id=who.removeprefix(KEY), act="api_key.issued")
        issuer = issued.values_list("by", flat=True).first()
        if issuer is None or issuer == "a command" or issuer in seen:
            break
        seen.add(who := issuer)
    return who
