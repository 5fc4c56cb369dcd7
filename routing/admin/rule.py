"""Routing rules: drafts, listed as the decision they are, edited with their destinations, and published."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.decorators import action

from events.admin.audited import AuditedPages
from events.admin.base import ask, user_of
from events.admin.json_field import StrictJSONForms
from events.admin.publishing import DRAFT, PublishForm, compared_with, eyes_on, publish_or_approve
from events.admin.revisioned import RevisionedAdmin
from events.publishing.errors import PublishError
from events.publishing.publication import digest
from routing import publish_table
from routing.admin.publishing import lines
from routing.admin.rule_drafts import Drafts, read_drafts
from routing.admin.rule_form import RuleForm, TargetInline
from routing.admin.rule_trial import try_rule
from routing.models import RoutingRule
from routing.numbers.read import matches_today, state_of
from routing.rules import SUBJECT, delete_rule, save_rule
from routing.wording import filters_text


@admin.register(RoutingRule)
class RoutingRuleAdmin(AuditedPages, StrictJSONForms, RevisionedAdmin):
    form = RuleForm
    audit_subject = SUBJECT
    delete_row = staticmethod(delete_rule)
    fields = ("name", "enabled", "priority", "type_pattern", "filters", "strategy", "continue_matching")
    list_display = ("place", "shown_name", "events", "shown_strategy", "goes_to", "then", "matches", "standing")
    list_display_links = None
    list_filter = ("enabled", "strategy")
    search_fields = ("name", "type_pattern")
    sortable_by = ()
    inlines = (TargetInline,)
    actions_list = ("publish",)
    list_before_template = "routing/rule/drafts.html"
    change_form_after_template = "routing/rule/trial.html"
    warn_unsaved_form = True
    empty_note = "There are no rules yet: every event stays unrouted until a rule is added and published."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("targets__destination__health")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        drafts = read_drafts()
        vars(request)["drafts"] = drafts
        context = {"drafts": drafts, "may_publish": self.has_publish_permission(request), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        drafts: Drafts = vars(request)["drafts"]
        matches = matches_today()
        for rule in changelist.result_list:
            vars(rule).update(drafts=drafts, matches=matches.get(rule.pk, 0))
        return changelist

    class Media:
        css = {"all": ("routing/lists.css",)}
        js = ("routing/forms.js",)

    @admin.display(description="Order")
    def place(self, rule: RoutingRule) -> SafeString:
        """Rules are tried from 1; one that is disabled is not."""
        place = vars(rule)["drafts"].places.get(rule.pk, "off")
        return render_to_string("routing/rule/place.html", {"place": place, "rule": rule})

    @admin.display(description="Rule")
    def shown_name(self, rule: RoutingRule) -> SafeString:
        return render_to_string("routing/rule/name.html", {"rule": rule})

    @admin.display(description="Events")
    def events(self, rule: RoutingRule) -> SafeString:
        filters = filters_text(rule.filters) if rule.filters else ""
        return render_to_string("routing/rule/events.html", {"rule": rule, "filters": filters})

    @admin.display(description="Strategy")
    def shown_strategy(self, rule: RoutingRule) -> SafeString:
        return render_to_string("routing/rule/strategy.html", {"rule": rule})

    @admin.display(description="Destinations")
    def goes_to(self, rule: RoutingRule) -> SafeString:
        targets = [
            {
                "name": target.destination.name,
                "pk": target.destination_id,
                "states": [state for state in state_of(target.destination)[0].split("+") if state != "ready"],
                "condition": filters_text(target.condition) if target.condition else "",
            }
            for target in rule.targets.all()
        ]
        return render_to_string("routing/rule/destinations.html", {"rule": rule, "targets": targets})

    @admin.display(description="Then")
    def then(self, rule: RoutingRule) -> str:
        return "continue" if rule.continue_matching else "stop"

    @admin.display(description="Matches today")
    def matches(self, rule: RoutingRule) -> str:
        return f"{vars(rule)['matches']:,}"

    @admin.display(description="Published")
    def standing(self, rule: RoutingRule) -> SafeString:
        drafts: Drafts = vars(rule)["drafts"]
        mark = drafts.marks.get(rule.pk, "")
        text = f"{mark} since {drafts.newest}" if mark and drafts.newest else mark
        context = {"text": text, "enabled": rule.enabled}
        return render_to_string("routing/rule/standing.html", context)

    def save_model(self, request: HttpRequest, obj: RoutingRule, form: Any, change: bool) -> None:
        """Saved with its destinations, in one."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        [targets] = formsets
        expected = form.cleaned_data["shown_revision"] if change else None
        save_rule(form.instance, targets.targets(), expected=expected, by=user_of(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.try_it)
        return [path("try/", view, name="routing_routingrule_try"), *super().get_urls()]

    @method_decorator(require_POST)
    def try_it(self, request: HttpRequest) -> HttpResponse:
        """Try what stands in the form, without saving it."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        stored = self.get_object(request, request.GET.get("id", ""))
        form = self.get_form(request, stored)(request.POST, instance=stored)
        [targets], _inlines = self._create_formsets(request, form.instance, change=stored is not None)
        form.is_valid()
        targets.is_valid()
        wrong = [f"{name}: {text}" for name in ("type_pattern", "filters") for text in form.errors.get(name, ())]
        rule = {
            "id": 0, "name": "this rule", "type_pattern": form.cleaned_data.get("type_pattern"),
            "filters": form.cleaned_data.get("filters"), "strategy": form.cleaned_data.get("strategy"),
            "continue": False, "destinations": targets.snapshot(),
        }  # fmt: skip
        may_look_up = request.user.has_perm("events.view_outboxentry")
        trial = try_rule(rule, request.POST.get("try", ""), wrong=wrong, may_look_up=may_look_up)
        return TemplateResponse(request, "routing/rule/tried.html", {"trial": trial})

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("routing.add_routingtable")

    @action(description="Publish", permissions=["publish"])  # type: ignore[untyped-decorator]
    def publish(self, request: HttpRequest) -> HttpResponse:
        form = PublishForm(request.POST or None)
        drafts = read_drafts()
        if form.is_valid():
            try:
                return publish_or_approve(
                    request, publish_table.PUBLICATION, form.cleaned_data["note"],
                    drafts="admin:routing_routingrule_changelist",
                    effect="Running workers take it within half a second.",
                )  # fmt: skip
            except PublishError as error:
                form.add_error(None, lines(error.problems))
        return ask(
            self, request, title="Publish the rules", form=form, template="routing/publish.html",
            **_publishing(request, drafts),
        )  # fmt: skip


def _publishing(request: HttpRequest, drafts: Drafts) -> dict[str, Any]:
    problems, draft = publish_table.problems_of(drafts.draft), digest(drafts.draft)
    eyes = eyes_on(publish_table.PUBLICATION, draft, request)
    return {
        "verb": "Publish" if eyes.may_publish else "",
        "eyes": eyes,
        "newest": drafts.newest,
        "changes": drafts.changes,
        "nothing_to_do": drafts.identical or bool(problems) or not (eyes.may_publish or eyes.may_approve),
        "problems": lines(problems),
        "hidden": [(DRAFT, draft), compared_with(drafts.newest)],
    }
