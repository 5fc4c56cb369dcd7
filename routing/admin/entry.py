"""Accepted events: a search over all of them, and the page of one with the way it took."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from events.admin.base import HotTableAdmin, user_of
from events.admin.shown import indented
from events.envelope.attributes import is_json
from events.models import OutboxEntry
from events.pii.admin.reveal import reveal_page
from events.pii.noted import noted
from events.pii.reveal import last_reveal
from events.schemas.admission.recorded import recorded
from routing.entry_state import entry_state
from routing.models import Delivery
from routing.search.find import find_events
from routing.search.page import Found, search_page
from routing.search.qualifiers import EventQuery
from routing.search.way import extensions_of, way_of
from routing.visible import visible

SHOWN_CHARACTERS = 20_000


@admin.register(OutboxEntry)
class OutboxEntryAdmin(HotTableAdmin):
    empty_note = "No event has been accepted yet. Post one to /api/v1/events with an API key."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:sequence>/data/", view(self.data_view), name="events_outboxentry_data"),
            path("<int:sequence>/reveal/", view(self.reveal_view), name="events_outboxentry_reveal"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._check(request)
        page = search_page(request, _find)
        if page.query == EventQuery(id=page.query.id) and len(page.rows) == 1 and page.query.id is not None:
            return redirect("admin:events_outboxentry_change", page.rows[0].pk)
        shown = {"page": page, "rows": [_row(entry) for entry in page.rows], "title": "Events"}
        context = {**self.admin_site.each_context(request), "opts": self.opts, "empty": self.empty_note, **shown}
        status = 400 if page.error else 200
        return TemplateResponse(request, "routing/event/list.html", context, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one event. There is nothing to change, so nothing is posted to it."""
        self._check(request)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        entry = self._entry(object_id)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": entry, **_detail(entry)}
        context["may_see_dead"] = request.user.has_perm("dlq.view_deadletter")
        if context["pii"].sealed and request.user.has_perm("events.reveal_pii"):
            context["last_reveal"] = last_reveal(entry, by=user_of(request))
        return TemplateResponse(request, "routing/event/detail.html", context)

    def data_view(self, request: HttpRequest, sequence: int) -> HttpResponse:
        """The data as it was published, as a file: never as a page of this site."""
        self._check(request)
        entry = get_object_or_404(OutboxEntry.objects.only("uuid", "data"), pk=sequence)
        response = HttpResponse(entry.data or "", content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{entry.uuid}.txt"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def reveal_view(self, request: HttpRequest, sequence: int) -> HttpResponse:
        return reveal_page(self, request, sequence)

    def _check(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _entry(self, object_id: str) -> OutboxEntry:
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 19):
            raise Http404
        rows = OutboxEntry.objects.select_related("pending", "unrouted").defer("fingerprint")
        rows = rows.prefetch_related("deliveries__destination__health", "deliveries__tries")
        return get_object_or_404(rows, pk=int(object_id))


def _find(query: EventQuery, before: int | None, limit: int) -> Found:
    found = find_events(query, tenant=None, before=before, limit=limit)
    return found.entries, found.before, found.searched_back_to


def _row(entry: OutboxEntry) -> dict[str, Any]:
    """An event in the list, its deliveries in the order of their destinations' names."""
    deliveries: Sequence[Delivery] = sorted(entry.deliveries.all(), key=lambda one: one.destination.name)
    return {"entry": entry, "state": entry_state(entry), "deliveries": deliveries}


def _detail(entry: OutboxEntry) -> dict[str, Any]:
    data = entry.data or ""
    cut = len(data) > SHOWN_CHARACTERS
    pretty = not cut and not entry.data_base64 and bool(data) and is_json(entry.datacontenttype)
    return {
        "title": entry.type,
        "entry": entry,
        "state": entry_state(entry),
        "way": way_of(entry),
        "extensions": extensions_of(entry),
        "admission": recorded(entry),
        "pii": noted(entry),
        "data": visible(indented(data) if pretty else data[:SHOWN_CHARACTERS]),
        "cut": cut,
        "characters": len(data),
        "data_address": reverse("admin:events_outboxentry_data", args=[entry.pk]),
    }
