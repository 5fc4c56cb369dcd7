"""Data keys: which there are and how they stand. Their bytes are on no page, wrapped or not."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.admin.audited import records_of
from events.admin.base import ReadOnlyAdmin
from events.models import DataKey

# What the records of rotations and their like are about; the tenant is its id.
SUBJECT = "pii keys"
SHOWN = (
    "tenant", "purpose", "version", "key_id", "shown_state", "wrapped_by", "created_at", "superseded_at", "retired_at",
    "destroyed_at",
)  # fmt: skip
EMPTY = (
    "There are no keys yet: a tenant gets its own when it has its first API key, or its first event. Without a "
    "key-encryption key (PII_KEK) none can be made, and what has to be encrypted is refused."
)


@admin.register(DataKey)
class DataKeyAdmin(ReadOnlyAdmin):
    list_display = ("key_id", "tenant", "purpose", "version", "shown_state", "wrapped_by", "made", "ended")
    sortable_by = ()
    list_display_links = ("key_id",)
    list_filter = ("state", "purpose")
    search_fields = ("tenant", "key_id")
    ordering = ("tenant", "purpose", "-version")
    list_per_page = 100
    readonly_fields = (*SHOWN, "acts")
    list_before_template = "events/pii/keys.html"
    empty_note = EMPTY

    def get_fields(self, request: HttpRequest, obj: DataKey | None = None) -> tuple[str, ...]:
        return (*SHOWN, "acts") if request.user.has_perm("events.view_auditrecord") else SHOWN

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataKey]:
        rows: QuerySet[DataKey] = super().get_queryset(request).defer("wrapped")
        return rows

    @admin.display(description="State", ordering="state")
    def shown_state(self, key: DataKey) -> SafeString:
        return render_to_string("events/pii/key_state.html", {"key": key, "state": key.get_state_display()})

    @admin.display(description="On record")
    def acts(self, key: DataKey) -> SafeString:
        address = records_of(SUBJECT, key.tenant)
        link = '<a class="text-link" href="{}">What was done with the keys of this tenant</a>'
        return format_html(link, address)

    @admin.display(description="Wrapped by")
    def wrapped_by(self, key: DataKey) -> str:
        return key.kek

    @admin.display(description="Made (UTC)")
    def made(self, key: DataKey) -> str:
        return _minute(key.created_at)

    @admin.display(description="Ended (UTC)")
    def ended(self, key: DataKey) -> str | None:
        at = key.destroyed_at or key.retired_at or key.superseded_at
        return _minute(at) if at else None


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
