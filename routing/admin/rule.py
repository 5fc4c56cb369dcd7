"""Routing rules: drafts, edited with their destinations in order, and the page that publishes them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from routing import publish_table
from routing.admin.base import NoteForm, ask, user_of
from routing.admin.json_field import StrictJSONForms
from routing.matching.difference import difference
from routing.models import RoutingRule, RoutingTable, RuleDestination

NOTHING: dict[str, Any] = {"rules": []}


class TargetFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    default_error_messages = {"too_few_forms": "Name at least one destination."}

    def add_fields(self, form: Any, index: int | None) -> None:
        """A destination that is added goes to the end, not beside the first."""
        super().add_fields(form, index)
        if form.instance.pk is None:
            form.fields["position"].initial = max((one.position for one in self.get_queryset()), default=-1) + 1

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        kept = [form for form in kept if not form.cleaned_data.get("DELETE")] if not any(self.errors) else []
        for form in kept:
            if form.cleaned_data.get("condition") and self.instance.strategy != RoutingRule.Strategy.CONDITIONAL:
                form.add_error("condition", ValidationError("takes effect with the strategy CONDITIONAL only"))


class TargetInline(StrictJSONForms, TabularInline):  # type: ignore[misc]
    model = RuleDestination
    formset = TargetFormSet
    verbose_name = "destination"
    verbose_name_plural = "destinations, in order of position"
    fields = ("position", "destination", "condition")
    extra = 0
    min_num = 1
    validate_min = True
    json_rows = 2
    hide_title = True

    def get_formset(self, request: HttpRequest, obj: RoutingRule | None = None, **options: Any) -> Any:
        return super().get_formset(request, obj, **{**options, "validate_min": True})


@admin.register(RoutingRule)
class RoutingRuleAdmin(StrictJSONForms, ModelAdmin):  # type: ignore[misc]
    list_display = ("name", "priority", "type_pattern", "strategy", "goes_to", "then", "enabled")
    list_filter = ("enabled", "strategy")
    search_fields = ("name", "type_pattern")
    inlines = (TargetInline,)
    actions_list = ("publish",)
    list_before_template = "routing/drafts.html"
    empty_note = "There are no rules yet: every event stays unrouted until a rule is added and published."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("targets__destination")

    @admin.display(description="Destinations")
    def goes_to(self, rule: RoutingRule) -> str:
        return ", ".join(target.destination.name for target in rule.targets.all())

    @admin.display(description="Then", ordering="continue_matching")
    def then(self, rule: RoutingRule) -> str:
        return "continue" if rule.continue_matching else "stop"

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("routing.add_routingtable")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        drafts = {"draft_differs": publish_table.draft_differs(), "may_publish": self.has_publish_permission(request)}
        context = {**drafts, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @action(description="Publish", permissions=["publish"])  # type: ignore[untyped-decorator]
    def publish(self, request: HttpRequest) -> HttpResponse:
        form = NoteForm(request.POST or None)
        if form.is_valid():
            try:
                seen = request.POST.get("draft")
                table = publish_table.publish(note=form.cleaned_data["note"], by=user_of(request), expected=seen)
            except publish_table.PublishError as error:
                form.add_error(None, [str(problem) for problem in error.problems])
            else:
                messages.success(request, f"Published as {table}. Workers use it from their next batch.")
                return redirect("admin:routing_routingtable_change", table.pk)
        return ask(self, request, title="Publish the rules", form=form, template="publish", **_what_would_change())


def _what_would_change() -> dict[str, Any]:
    newest = RoutingTable.objects.newest()
    draft = publish_table.draft_snapshot()
    changes = difference(newest.snapshot if newest else NOTHING, draft)
    return {
        "verb": "Publish",
        "newest": newest,
        "changes": changes,
        "nothing_to_do": newest is not None and not changes,
        "problems": publish_table.problems_of(draft),
        "hidden": [("draft", publish_table.digest(draft))],
    }
