"""Destinations: edited live, paused and resumed by buttons, deleted only when nothing names them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from unfold.admin import ModelAdmin
from unfold.decorators import action

from routing import destinations
from routing.admin.base import NoteForm, ask, user_of
from routing.admin.json_field import StrictJSONForms
from routing.models import Destination
from routing.publishers.registry import validate_config


class DestinationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Errors of the config name the key they are about."""

    class Meta:
        model = Destination
        exclude = ("paused", "paused_reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        config = cleaned.get("config")
        if config is not None and "kind" in cleaned:
            for problem in _problems(cleaned["kind"], config):
                self.add_error("config", problem)
        return cleaned


def _problems(kind: str, config: object) -> list[str]:
    if not isinstance(config, dict):
        return ["must be an object"]
    return [f"{place}: {message}" if place else message for place, message in validate_config(kind, config)]


@admin.register(Destination)
class DestinationAdmin(StrictJSONForms, ModelAdmin):  # type: ignore[misc]
    form = DestinationForm
    list_display = ("name", "kind", "stands", "max_attempts", "max_age_seconds", "in_flight_limit")
    list_select_related = ("health",)
    readonly_fields = ("stands",)
    ordering = ("name",)
    actions_detail = ("pause", "resume")

    @admin.display(description="Status")
    def stands(self, destination: Destination) -> str:
        if destination.paused:
            return f"paused: {destination.paused_reason}" if destination.paused_reason else "paused"
        health = getattr(destination, "health", None)
        return f"unreachable: {health.error_class}" if health and health.unreachable_since else "ready"

    @action(description="Pause", permissions=["change"])  # type: ignore[untyped-decorator]
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        destination = get_object_or_404(Destination, pk=object_id)
        form = NoteForm(request.POST or None)
        if form.is_valid():
            destinations.pause(destination, reason=form.cleaned_data["note"], by=user_of(request))
            return self._shown(request, destination, f"{destination} is paused: its deliveries wait.")
        return ask(self, request, title=f"Pause {destination}", form=form, verb="Pause")

    @action(description="Resume", permissions=["change"])  # type: ignore[untyped-decorator]
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        destination = get_object_or_404(Destination, pk=object_id)
        if request.method == "POST":
            destinations.resume(destination, by=user_of(request))
            return self._shown(request, destination, f"{destination} is resumed.")
        return ask(self, request, title=f"Resume {destination}", form=forms.Form(), verb="Resume")

    def _shown(self, request: HttpRequest, destination: Destination, message: str) -> HttpResponse:
        self.log_change(request, destination, message)
        messages.success(request, message)
        return redirect("admin:routing_destination_change", destination.pk)

    def get_deleted_objects(
        self, objs: "QuerySet[Destination] | Iterable[Destination]", request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Django's own look would load every delivery ever made to them."""
        doomed = list(objs)
        reasons = [f"{one}: {reason}" for one in doomed for reason in destinations.reasons_to_keep(one)]
        needed = set() if self.has_delete_permission(request) else {"destination"}
        return [str(one) for one in doomed], {"destinations": len(doomed)}, needed, reasons

    def delete_model(self, request: HttpRequest, obj: Destination) -> None:
        destinations.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Destination]) -> None:
        for destination in queryset:
            destinations.delete(destination)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except destinations.DestinationInUseError as error:
            messages.error(request, f"It came into use meanwhile: {error}")
            return redirect("admin:routing_destination_change", object_id)
        return response
