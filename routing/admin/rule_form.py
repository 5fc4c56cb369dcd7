"""The form of a rule, and the rows of its destinations: saved together, through one function."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.admin import TabularInline

from events.admin.json_field import StrictJSONForms
from events.admin.revisioned import Described, RevisionedForm
from routing.models import RoutingRule, RuleDestination
from routing.rules import Target
from routing.wording import destinations_text, filters_text

EXAMPLE = '[{"prefix": {"source": "/oms"}}, {"not": {"exact": {"tenant": "test"}}}]'
FILTERS_HELP = format_html(
    "A JSON list of CloudEvents filters; all must hold, an empty list always does. Dialects: exact, prefix, suffix, "
    "all, any, not. Example: <code>{}</code>",
    EXAMPLE,
)
CODE = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "off", "style": "font-family: monospace"}


class RuleForm(RevisionedForm):
    class Meta:
        model = RoutingRule
        fields = ("name", "enabled", "priority", "type_pattern", "filters", "strategy", "continue_matching")
        labels = {"continue_matching": "Continue after a match"}
        help_texts = {
            "priority": "Rules are tried from the highest to the lowest; of equal ones by name.",
            "type_pattern": "* is any run of characters, dots included: <code>com.foundry.*.created</code>.",
            "filters": FILTERS_HELP,
            "enabled": "A rule that is switched off leaves with the next publishing.",
            "continue_matching": "Off: a match ends the search. On: later rules are tried too.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strategy = self.fields.get("strategy")
        if isinstance(strategy, forms.ChoiceField):
            strategy.choices = [(value, f"{value}: {label}") for value, label in RoutingRule.Strategy.choices]
        if "type_pattern" in self.fields:
            self.fields["type_pattern"].widget.attrs.update(CODE)

    def described(self) -> Described:
        rule = self.instance
        targets = rule.targets.select_related("destination")
        named = [{"name": target.destination.name, "condition": target.condition} for target in targets]
        return {
            "Name": rule.name,
            "Enabled": "yes" if rule.enabled else "no",
            "Priority": str(rule.priority),
            "Type pattern": rule.type_pattern,
            "Filters": filters_text(rule.filters),
            "Strategy": rule.strategy,
            "After a match": "continue" if rule.continue_matching else "stop",
            "Destinations": destinations_text(named),
        }


class TargetForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean(self) -> dict[str, Any]:
        """Without a look for other rows: all of them are replaced, so that two can change places."""
        return self.cleaned_data


class RowId(forms.CharField):
    """Which row it was. Nothing is looked up by it."""

    widget = forms.HiddenInput

    def validate(self, value: Any) -> None:
        """Anything will do."""


class TargetFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Destinations in order. Nothing here is saved: `targets` are for `save_rule`."""

    default_error_messages = {"too_few_forms": "Name at least one destination."}

    def add_fields(self, form: Any, index: int | None) -> None:
        """A destination that is added goes to the end, not beside the first."""
        super().add_fields(form, index)
        # Whoever saved meanwhile has replaced the rows: that is told once, for the form, and not by each of them.
        form.fields["id"] = RowId(initial=form.instance.pk)
        if form.instance.pk is None:
            form.fields["position"].initial = max((one.position for one in self.get_queryset()), default=-1) + 1

    def clean(self) -> None:
        super().clean()
        for form in self._kept():
            if form.cleaned_data.get("condition") and self.instance.strategy != RoutingRule.Strategy.CONDITIONAL:
                form.add_error("condition", ValidationError("takes effect with the strategy CONDITIONAL only"))

    def targets(self) -> list[Target]:
        """What the rows say, by position; rows of the same position as they stand."""
        rows = sorted(self._kept(), key=lambda form: form.cleaned_data["position"])
        # For Django's record of the change.
        self.new_objects, self.deleted_objects = [], [form.instance for form in self.deleted_forms]
        self.changed_objects = [(form.instance, form.changed_data) for form in rows if form.has_changed()]
        return [Target(form.cleaned_data["destination"].pk, form.cleaned_data["condition"]) for form in rows]

    def snapshot(self) -> list[dict[str, Any]]:
        """The same as they would stand in a routing table."""
        rows = sorted(self._kept(), key=lambda form: form.cleaned_data["position"])
        return [
            {"id": form.cleaned_data["destination"].pk, "name": form.cleaned_data["destination"].name,
             "condition": form.cleaned_data["condition"]}
            for form in rows
        ]  # fmt: skip

    def _kept(self) -> list[Any]:
        if any(self.errors):
            return []
        filled = [form for form in self.forms if form.has_changed() or form.initial]
        return [form for form in filled if not form.cleaned_data.get("DELETE") and form.cleaned_data.get("destination")]


class TargetInline(StrictJSONForms, TabularInline):  # type: ignore[misc]
    model = RuleDestination
    form = TargetForm
    formset = TargetFormSet
    verbose_name = "destination"
    verbose_name_plural = "destinations, in order"
    ordering_field = "position"
    fields = ("position", "destination", "condition")
    extra = 0
    min_num = 1
    validate_min = True
    json_rows = 2
    hide_title = True

    def get_formset(self, request: HttpRequest, obj: RoutingRule | None = None, **options: Any) -> Any:
        return super().get_formset(request, obj, **{**options, "validate_min": True})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The destinations are part of the rule: who may edit it may edit them."""
        return request.user.has_perm(f"routing.{'change' if obj else 'add'}_routingrule")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("routing.view_routingrule") or self.has_add_permission(request, obj)
