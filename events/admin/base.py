"""What admin pages share: read-only tables, lists that never count, pages that ask before something is done."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminTextInputWidget

MAX_PAGES = 1000


class NoCountPaginator(InfinitePaginator):  # type: ignore[misc]
    """Pages of a table too large to count. The last pages cannot be reached by number: an offset is read through."""

    @cached_property
    def count(self) -> int:
        return int(self.per_page) * MAX_PAGES


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]
    """A table written by machines: to be seen by those who may view it, and changed by actions only."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Without the button to a history: it would hold what people changed, and here nobody does."""
        return super().render_change_form(request, {**context, "show_history": False}, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class HotTableAdmin(ReadOnlyAdmin):
    """A read-only table of millions of rows: never counted, sorted by nothing that has no index."""

    paginator = NoCountPaginator
    show_full_result_count = False
    sortable_by: Sequence[str] = ()
    list_disable_select_all = True

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The theme shows how many rows there are where the two counts differ, and here neither is one."""
        changelist = super().get_changelist_instance(request)
        changelist.full_result_count = changelist.result_count
        return changelist


class NoteForm(forms.Form):
    """Why somebody acts, in their words."""

    note = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)


class ReasonForm(forms.Form):
    """The same where it must be said: whoever looks for a cause later reads it first."""

    note = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)

    def __init__(self, *args: Any, label: str, asks: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = label
        self.fields["note"].help_text = asks


def ask(
    admin: ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    form: forms.Form,
    template: str = "events/confirm.html",
    **context: Any,
) -> TemplateResponse:
    """A page that says what is about to happen, with a form to post back to the same address.

    What is wrong in the form has the focus: it may stand below much else.
    """
    wrong = [field for field in form if field.errors]
    if wrong:
        wrong[0].field.widget.attrs["autofocus"] = True
    base = {**admin.admin_site.each_context(request), "opts": admin.model._meta, "title": title, "form": form}
    return TemplateResponse(request, template, {**base, **context})


def found_or_404(admin: ModelAdmin, request: HttpRequest, object_id: str) -> Any:
    """The row that an address names. Whatever else stands there names none."""
    row = admin.get_object(request, object_id)
    if row is None:
        raise Http404
    return row


def user_of(request: HttpRequest) -> User:
    """Who is logged in; the admin lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user
