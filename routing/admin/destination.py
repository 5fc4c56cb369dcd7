"""Destinations: edited live, paused and resumed by buttons, deleted only when nothing names them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action

from routing import destinations
from routing.admin.base import NoteForm, ask, user_of
from routing.admin.json_field import StrictJSONForms
from routing.admin.shown import badge
from routing.models import Destination, DestinationHealth
from routing.publishers.registry import validate_config

CONFIG_HELP = """NATS: servers, stream, subject, mode (binary, structured), create_stream, stream_subjects, \
dedup_window_seconds, replicas, max_bytes, connect_timeout_seconds, inbox_prefix, tls_ca, tls_cert, tls_key, \
tls_hostname, user, and the secrets creds, nkey, password, token. EventBridge: bus, region, endpoint, max_entry_bytes, \
concurrency, connect_timeout_seconds, and the secrets access_key_id, secret_access_key, session_token. A secret is \
never written here, only where it is: env:NAME or file:PATH."""


class DestinationForm(forms.ModelForm):  # type: ignore[type-arg]
    """Errors of the config name the key they are about."""

    class Meta:
        model = Destination
        exclude = ("paused", "paused_reason")
        help_texts = {"config": CONFIG_HELP}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        config = cleaned.get("config")
        if config is not None and "kind" in cleaned:
            for problem in _problems(cleaned["kind"], config):
                self.add_error("config", problem)
        return cleaned


def _unreachable(destination: Destination) -> DestinationHealth | None:
    health: DestinationHealth | None = getattr(destination, "health", None)
    return health if health and health.unreachable_since else None


def _problems(kind: str, config: object) -> list[str]:
    if not isinstance(config, dict):
        return ["must be an object"]
    return [f"{place}: {message}" if place else message for place, message in validate_config(kind, config)]


@admin.register(Destination)
class DestinationAdmin(StrictJSONForms, ModelAdmin):  # type: ignore[misc]
    form = DestinationForm
    list_display = ("name", "kind", "status", "why", "max_attempts", "max_age_seconds")
    list_select_related = ("health",)
    fieldsets = (
        (None, {"fields": ("status", "why", "name", "kind", "config")}),
        (
            "Retries",
            {
                "fields": (
                    "max_attempts", "max_age_seconds", "ack_wait_seconds", "backoff_base_seconds",
                    "backoff_cap_seconds",
                )
            },
        ),
        ("Limits", {"fields": ("in_flight_limit", "failover_after_seconds")}),
    )  # fmt: skip
    readonly_fields = ("status", "why")
    ordering = ("name",)
    actions_detail = ("pause", "resume")
    empty_note = "There are no destinations yet. Add one, name it in a rule, and publish the rules."

    @admin.display(description="Status")
    def status(self, destination: Destination) -> SafeString | str:
        """A destination can be both: a paused one may have been unreachable before."""
        states = [("paused", destination.paused), ("unreachable", bool(_unreachable(destination)))]
        held = [badge(state) for state, holds in states if holds]
        return format_html_join(" ", "{}", [(one,) for one in held or [badge("ready")]]) if destination.pk else ""

    @admin.display(description="Why")
    def why(self, destination: Destination) -> str:
        health = _unreachable(destination)
        reasons = [destination.paused_reason] if destination.paused and destination.paused_reason else []
        if health:
            reasons.append(
                f"{health.error_class}: {health.error} (since {health.unreachable_since:%Y-%m-%d %H:%M:%S %Z})"
            )
        return "; ".join(reasons)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Only a paused destination can be resumed; pausing it again changes the reason."""
        paused = Destination.objects.filter(pk=object_id, paused=True).exists()
        offered = super().get_actions_detail(request, object_id)
        return [one for one in offered if paused or one.action_name != "routing_destination_resume"]

    @action(description="Pause", permissions=["change"])  # type: ignore[untyped-decorator]
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        destination = get_object_or_404(Destination, pk=object_id)
        form = NoteForm(request.POST or None)
        if form.is_valid():
            destinations.pause(destination, reason=form.cleaned_data["note"], by=user_of(request))
            return self._shown(request, destination, f"{destination} is paused: its deliveries wait.")
        explanation = "Its deliveries wait until it is resumed; their attempts and age stand still."
        return ask(
            self, request, title=f"Pause {destination}", form=form, verb="Pause", explanation=explanation,
            original=destination,
        )  # fmt: skip

    @action(description="Resume", permissions=["change"])  # type: ignore[untyped-decorator]
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        destination = get_object_or_404(Destination, pk=object_id)
        if request.method == "POST":
            destinations.resume(destination, by=user_of(request))
            return self._shown(request, destination, f"{destination} is resumed.")
        title = f"Resume {destination}"
        return ask(self, request, title=title, form=forms.Form(), verb="Resume", original=destination)

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
