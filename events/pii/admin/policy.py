"""Policies in the admin: drafts, listed as the decision they are, edited without JSON, tried, and published."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from unfold.decorators import action

from events.admin.audited import AuditedPages
from events.admin.base import user_of
from events.admin.revisioned import RevisionedAdmin
from events.models import PiiPolicy
from events.pii.admin.drafts import Drafts, read_drafts
from events.pii.admin.policy_form import PolicyForm
from events.pii.admin.preview import check_page, preview_page
from events.pii.admin.publishing import publish_page
from events.pii.admin.wording import MEANING, doings, environments, path_text
from events.pii.policies.action import DEFAULTS
from events.pii.publishing.drafts import SUBJECT, delete_policy, raw_policy, save_policy

EMPTY = (
    "There are no policies yet: everywhere, what is usual in the environment is done about whatever is found. Add one "
    "for the events that need something else."
)
TO_READ = (
    (None, {"fields": ("name", "enabled", "note")}),
    ("Which events it is for", {"fields": ("events", "priority")}),
    ("What is done about what is found in them", {"fields": ("done", "allow_test_values")}),
)


@admin.register(PiiPolicy)
class PiiPolicyAdmin(AuditedPages, RevisionedAdmin):
    audit_subject = SUBJECT
    delete_row = staticmethod(delete_policy)
    form = PolicyForm
    list_display = ("place", "shown_name", "events", "done", "standing")
    list_display_links = None
    list_filter = ("enabled",)
    search_fields = ("name", "type_pattern", "note")
    ordering = ("-priority", "name")
    sortable_by = ()
    list_per_page = 100
    actions_list = ("publish",)
    list_before_template = "events/pii/policy/drafts.html"
    list_after_template = "events/pii/policy/precedence.html"
    change_form_outer_after_template = "events/pii/policy/precedence.html"
    fieldsets = (
        (None, {"fields": ("name", "enabled", "note")}),
        ("Which events it is for", {"fields": ("type_pattern", "environments", "priority")}),
        ("What is done about what is found in them", {"fields": ("default", "kinds", "paths", "allow_test_values")}),
    )
    readonly_fields = ("events", "done")
    compressed_fields = False
    warn_unsaved_form = True
    empty_note = EMPTY

    class Media:
        css = {"all": ("controlplane/schemas.css", "controlplane/pii.css")}
        js = ("controlplane/pii.js",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        drafts = read_drafts()
        vars(request)["drafts"] = drafts
        context = {"drafts": drafts, "may_publish": self.has_publish_permission(request), **precedence()}
        response: HttpResponse = super().changelist_view(request, {**context, **(extra_context or {})})
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().changeform_view(request, object_id, form_url, {**precedence(), **(extra_context or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """For whoever may only look: in words, as the list has it."""
        allowed = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return self.fieldsets if allowed else TO_READ

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        for policy in changelist.result_list:
            vars(policy)["drafts"] = vars(request)["drafts"]
        return changelist

    @admin.display(description="Order")
    def place(self, policy: PiiPolicy) -> SafeString:
        """They are tried from 1; one that is disabled is not."""
        place = vars(policy)["drafts"].places.get(policy.pk, "off")
        return render_to_string("events/pii/policy/place.html", {"place": place, "policy": policy})

    @admin.display(description="Policy")
    def shown_name(self, policy: PiiPolicy) -> SafeString:
        return render_to_string("events/pii/policy/name.html", {"policy": policy})

    @admin.display(description="Events")
    def events(self, policy: PiiPolicy) -> SafeString:
        where = environments(policy.environments)
        return render_to_string("events/pii/policy/events.html", {"policy": policy, "where": where})

    @admin.display(description="What is done")
    def done(self, policy: PiiPolicy) -> SafeString:
        context = {"doings": doings(raw_policy(policy)), "paths": [*map(path_text, policy.paths)], "policy": policy}
        return render_to_string("events/pii/policy/done.html", context)

    @admin.display(description="Published")
    def standing(self, policy: PiiPolicy) -> SafeString:
        drafts: Drafts = vars(policy)["drafts"]
        mark = drafts.marks.get(policy.pk, "")
        text = f"{mark} since {drafts.newest}" if mark and drafts.newest else mark
        return render_to_string("events/pii/policy/standing.html", {"text": text, "enabled": policy.enabled})

    def save_model(self, request: HttpRequest, obj: PiiPolicy, form: Any, change: bool) -> None:
        expected = form.cleaned_data["shown_revision"] if change else None
        save_policy(obj, expected=expected, by=user_of(request))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.publish_piipolicy")

    @action(description="Publish", permissions=["publish"])  # type: ignore[untyped-decorator]
    def publish(self, request: HttpRequest) -> HttpResponse:
        return publish_page(self, request)

    def get_urls(self) -> list[URLPattern]:
        def named(address: str, page: Callable[..., HttpResponse], name: str) -> URLPattern:
            def view(request: HttpRequest) -> HttpResponse:
                return page(self, request)

            found: URLPattern = path(address, self.admin_site.admin_view(view), name=f"events_piipolicy_{name}")
            return found

        return [
            named("preview/", preview_page, "preview"),
            named("preview/check/", check_page, "preview_check"),
            *super().get_urls(),
        ]


def precedence() -> dict[str, Any]:
    """For the words about who decides."""
    return {"meanings": MEANING.items(), "defaults": [(name.value, action.value) for name, action in DEFAULTS.items()]}
