"""Deleting a selection: all of it or nothing, and whatever is in the way is said on the page, not by an error."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.actions import delete_selected as delete_all
from django.contrib.admin.decorators import action
from django.db import IntegrityError
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from events.audit.record import recorded_together
from events.revision import EditConflictError
from routing.destinations import DestinationInUseError

REFUSALS = (EditConflictError, DestinationInUseError, ProtectedError, RestrictedError, IntegrityError)
"""The page that asks has looked for them: these came up since."""


@action(permissions=["delete"], description=delete_all.short_description)  # type: ignore[attr-defined]
def delete_selected(model_admin: ModelAdmin, request: HttpRequest, queryset: "QuerySet[Any]") -> HttpResponse | None:
    """In place of Django's, which would leave half of it deleted and answer 500."""
    try:
        with recorded_together():
            answer: HttpResponse | None = delete_all(model_admin, request, queryset)
    except REFUSALS as error:
        messages.error(request, f"Nothing was deleted: {_why(error)}. Select again, and look.")
        return None
    return answer


def _why(error: Exception) -> str:
    if isinstance(error, EditConflictError):
        changed = "changed" if error.current else "deleted"
        return f"somebody {changed} one of them meanwhile"
    if isinstance(error, DestinationInUseError):
        return f"one of them came into use meanwhile: {error}"
    # What the database says quotes values.
    return "something came to refer to one of them meanwhile"
