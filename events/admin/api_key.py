"""API keys in the admin: the secret is shown once, when the key is made."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from events.admin.audited import AuditedPages
from events.admin.base import user_of
from events.api_keys import SUBJECT, Scope, issue_key, revoke_key
from events.models import ApiKey

MEANING = {
    Scope.WRITE: "hand events in",
    Scope.READ: "see events and what became of them",
    Scope.OPERATE: "route again, redrive and discard",
    Scope.CONFIGURE: "change destinations and rules",
    Scope.PUBLISH: "publish and roll back routing tables",
    Scope.KEYS: "issue and revoke API keys of its tenant, and see what they did",
    Scope.REVEAL: "see encrypted personal data in clear; each time is on record",
}


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, tenant and scopes of a new key."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope.value}: {MEANING[scope]}") for scope in Scope],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiKey
        fields = ["name", "tenant", "scopes"]


@admin.register(ApiKey)
class ApiKeyAdmin(AuditedPages, ModelAdmin):  # type: ignore[misc]
    """Keys are made and revoked, never changed or deleted."""

    form = ApiKeyForm
    audit_subject = SUBJECT
    list_display = ["name", "prefix", "tenant", "shown_scopes", "created_at", "revoked_at"]
    actions = ["revoke"]
    empty_note = "There are no API keys yet. A service needs one to hand events in."

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        if obj is None:
            return ["name", "tenant", "scopes"]
        return ["name", "prefix", "tenant", "shown_scopes", "created_at", "revoked_at"]

    @admin.display(description="Scopes")
    def shown_scopes(self, key: ApiKey) -> str:
        return ", ".join(sorted(key.scopes))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With one button: whichever is pressed, the next page is the one with the secret."""
        others = {"show_save_and_add_another": False, "show_save_and_continue": False}
        response: HttpResponse = super().add_view(request, form_url, {**others, **(extra_context or {})})
        return response

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.change_apikey")

    def save_model(self, request: HttpRequest, obj: ApiKey, form: "forms.ModelForm[ApiKey]", change: bool) -> None:
        key, secret = issue_key(obj.name, obj.scopes, obj.tenant, by=user_of(request))
        # The object lives as long as this request, and its page is the only one to show the secret.
        vars(obj).update(vars(key), secret=secret)

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        # No redirect: the secret would have to wait in a cookie or a session.
        context: dict[str, Any] = {**self.admin_site.each_context(request), "title": "API key", "key": obj}
        response = TemplateResponse(request, "events/api_key_issued.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke the selected keys", permissions=["revoke"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        revoked = sum(revoke_key(key, by=user_of(request)) for key in keys)
        self.message_user(request, f"Revoked: {revoked}.")
