"""Destinations: edited live, tested, paused and resumed by buttons, deleted only when nothing names them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from unfold.decorators import action

from events.admin.audited import AuditedPages
from events.admin.base import ReasonForm, ask, found_or_404, user_of
from events.admin.revisioned import RevisionedAdmin
from routing import destinations
from routing.admin.destination_forms.form import DestinationForm, form_class, settings_of, size_warning
from routing.admin.destination_forms.settings import KINDS
from routing.admin.destination_forms.subject import subject_example
from routing.admin.destination_standing import Standing, read_standings
from routing.check_connection import check_connection
from routing.destination_config import SUBJECT, save_destination
from routing.models import Destination

OPERATE = "routing.operate_destination"
BEHAVIOUR = (
    "max_attempts", "max_age_seconds", "ack_wait_seconds", "backoff_base_seconds", "backoff_cap_seconds",
    "failover_after_seconds", "in_flight_limit",
)  # fmt: skip


@admin.register(Destination)
class DestinationAdmin(AuditedPages, RevisionedAdmin):
    form = DestinationForm
    audit_subject = SUBJECT
    delete_row = staticmethod(destinations.delete)
    list_display = ("name", "shown_kind", "state", "waiting", "dead", "used_by", "test")
    list_display_links = ("name",)
    search_fields = ("name",)
    ordering = ("name",)
    actions_detail = ("pause", "resume")
    change_form_before_template = "routing/destination/head.html"
    change_form_after_template = "routing/destination/try.html"
    warn_unsaved_form = True
    empty_note = "There are no destinations yet. Add one, name it in a rule, and publish the rules."

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        standings = read_standings()
        for row in changelist.result_list:
            vars(row)["standing"] = standings[row.pk]
            vars(row)["may_test"] = self._may_test(request)
        return changelist

    class Media:
        css = {"all": ("routing/lists.css",)}
        js = ("routing/forms.js",)

    @admin.display(description="Kind", ordering="kind")
    def shown_kind(self, destination: Destination) -> str:
        return destination.get_kind_display()

    @admin.display(description="State")
    def state(self, destination: Destination) -> SafeString:
        return self._cell("state", destination)

    @admin.display(description="Waiting")
    def waiting(self, destination: Destination) -> SafeString:
        return self._cell("waiting", destination)

    @admin.display(description="Dead letters")
    def dead(self, destination: Destination) -> SafeString:
        return self._cell("dead", destination)

    @admin.display(description="Rules")
    def used_by(self, destination: Destination) -> SafeString:
        return self._cell("used_by", destination)

    @admin.display(description="Connection")
    def test(self, destination: Destination) -> SafeString:
        return self._cell("test", destination)

    def _cell(self, part: str, destination: Destination) -> SafeString:
        return render_to_string(f"routing/destination/{part}.html", {"destination": destination, **vars(destination)})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kind = obj.kind if obj else request.GET.get("kind", "")
        return super().get_form(request, obj, change, **{**kwargs, "form": form_class(kind)})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            typed = [_tab("Settings", ("shown_config",))]
        else:
            kind = KINDS.get(obj.kind if obj else request.GET.get("kind", ""))
            groups = kind.groups if kind else ()
            typed = [_tab(group.title, [setting.field for setting in group.settings], group.note) for group in groups]
        return ((None, {"fields": ("name", "shown_kind")}), *typed, _tab("Retries and limits", BEHAVIOUR))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("shown_kind", "shown_config")

    @admin.display(description="Settings")
    def shown_config(self, destination: Destination) -> SafeString:
        settings = settings_of(destination.kind, destination.config)
        return render_to_string("routing/destination/settings.html", {"settings": settings})

    @method_decorator(sensitive_post_parameters())
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        kind = KINDS.get(request.GET.get("kind", ""))
        if kind is None and self.has_add_permission(request):
            return ask(
                self, request, title="Add a destination", form=forms.Form(), template="routing/destination/kinds.html",
                kinds=KINDS.values(),
            )  # fmt: skip
        return self.changeform_view(request, None, form_url, {**self._testing(request), **(extra_context or {})})

    @method_decorator(sensitive_post_parameters())
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        standing = self._standing(object_id)
        extra = {**self._testing(request), "standing": standing, **(extra_context or {})}
        return self.changeform_view(request, object_id, form_url, extra)

    def _testing(self, request: HttpRequest) -> dict[str, Any]:
        return {"may_test": self._may_test(request), "kind": request.GET.get("kind", "")}

    def _may_test(self, request: HttpRequest) -> bool:
        """Who may edit one may try it: saving would make every worker connect to it."""
        edits = self.has_change_permission(request) or self.has_add_permission(request)
        return edits or self.has_operate_permission(request)

    def _standing(self, object_id: str) -> Standing | None:
        return read_standings().get(int(object_id)) if object_id.isascii() and object_id.isdigit() else None

    def save_model(self, request: HttpRequest, obj: Destination, form: Any, change: bool) -> None:
        expected = form.cleaned_data["shown_revision"] if change else None
        save_destination(obj, expected=expected, by=user_of(request))
        if warning := size_warning(obj):
            messages.warning(request, warning)

    def get_urls(self) -> list[URLPattern]:
        def named(address: str, view: Any, name: str) -> URLPattern:
            found: URLPattern = path(address, self.admin_site.admin_view(view), name=f"routing_destination_{name}")
            return found

        return [
            named("test/<slug:kind>/", self.test_typed, "test_typed"),
            named("subject/", self.subject, "subject"),
            named("<int:pk>/test/", self.test_stored, "test"),
            *super().get_urls(),
        ]

    @method_decorator([require_POST, sensitive_post_parameters()])
    def test_typed(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Try what stands in the form, saved or not, without saving it."""
        known = _number(request.GET.get("id", ""))
        stored = Destination.objects.filter(pk=known, kind=kind).first() if known else None
        may_save = self.has_change_permission(request, stored) if stored else self.has_add_permission(request)
        if kind not in KINDS or not may_save:
            raise PermissionDenied
        form = form_class(kind)(request.POST, instance=stored)
        form.is_valid()
        if errors := form.connection_errors():
            return TemplateResponse(request, "routing/destination/result.html", {"errors": errors})
        return self._tested(request, form.instance)

    @method_decorator(require_POST)
    def test_stored(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self._may_test(request):
            raise PermissionDenied
        return self._tested(request, get_object_or_404(Destination, pk=pk))

    def _tested(self, request: HttpRequest, destination: Destination) -> HttpResponse:
        result = check_connection(destination, by=user_of(request))
        context = {"result": result, "warning": size_warning(destination)}
        return TemplateResponse(request, "routing/destination/result.html", context)

    def subject(self, request: HttpRequest) -> HttpResponse:
        """What a template makes of an example event."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        example = subject_example(request.GET.get("config_subject", ""))
        return TemplateResponse(request, "routing/destination/subject.html", {"example": example})

    def has_operate_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return request.user.has_perm(OPERATE)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """What is paused is resumed, and what is not is paused."""
        paused = Destination.objects.filter(pk=_number(str(object_id)) or 0, paused=True).exists()
        idle = f"routing_destination_{'pause' if paused else 'resume'}"
        return [one for one in super().get_actions_detail(request, object_id) if one.action_name != idle]

    @action(description="Pause", permissions=["operate"])  # type: ignore[untyped-decorator]
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        destination = found_or_404(self, request, object_id)
        form = ReasonForm(request.POST or None, label="Reason", asks="Shown with its state, to whoever wonders why.")
        if form.is_valid():
            destinations.pause(destination, reason=form.cleaned_data["note"], by=user_of(request))
            return self._shown(
                request,
                destination,
                f"{destination} is paused: running workers hold its deliveries within half a second.",
            )
        explanation = (
            "Its deliveries wait until it is resumed; their attempts and age stand still. Those of FAILOVER rules wait "
            "too: they go around what is unreachable, not what is paused."
        )
        return ask(
            self, request, title=f"Pause {destination}", form=form, verb="Pause", explanation=explanation,
            original=destination,
        )  # fmt: skip

    @action(description="Resume", permissions=["operate"])  # type: ignore[untyped-decorator]
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        destination = found_or_404(self, request, object_id)
        if request.method == "POST":
            destinations.resume(destination, by=user_of(request))
            return self._shown(request, destination, f"{destination} is resumed.")
        explanation = f"Paused because: {destination.paused_reason}" if destination.paused_reason else ""
        return ask(
            self, request, title=f"Resume {destination}", form=forms.Form(), verb="Resume", explanation=explanation,
            original=destination,
        )  # fmt: skip

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

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except destinations.DestinationInUseError as error:
            messages.error(request, f"It came into use meanwhile: {error}")
            return redirect("admin:routing_destination_change", object_id)
        return response


def _tab(title: str, fields: Iterable[str], note: str = "") -> tuple[str, dict[str, Any]]:
    return title, {"fields": tuple(fields), "classes": ("tab",), "description": note}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
