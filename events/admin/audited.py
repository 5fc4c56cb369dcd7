"""A page's link to its history leads to the audit records of what it shows."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse


class AuditedPages:
    """A mixin of ModelAdmin. `audit_subject` is what the records call its rows."""

    audit_subject: str

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own, of what was done in the admin, for those who may not see audit records."""
        answer: HttpResponse = super().history_view(request, object_id, extra_context)  # type: ignore[misc]
        if answer.status_code != 200 or not request.user.has_perm("events.view_auditrecord"):
            return answer
        return redirect(records_of(self.audit_subject, object_id))


def records_of(subject: str, subject_id: object) -> str:
    """The address of the list of records of one subject."""
    about = urlencode({"subject": subject, "subject_id": subject_id})
    return f"{reverse('admin:events_auditrecord_changelist')}?{about}"
