"""Forms that notice when somebody else saved the same thing meanwhile: nothing is overwritten, nothing typed is lost.

A form carries the revision it showed, and in words what it showed then, to say what has changed since.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model, ProtectedError, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from events.admin.base import user_of
from events.models import Revisioned
from events.problem import Problem, RefusedError
from events.revision import EditConflictError

Described = Mapping[str, str]
REFUSED = "refused"
SHOWN = "shown_revision"
CONFLICT = (
    "Somebody else saved this while you were editing it. Nothing was overwritten, and what you typed is still below. "
    'Changed since you opened it: {} <a class="font-semibold underline" href="" target="_blank">Open it as it is now'
    '</a>, in a new tab, to bring both together there, or <a class="font-semibold underline" href="">start over from '
    "it</a>."
)


class RevisionedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form for a row with a `revision`."""

    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    shown_before = forms.CharField(widget=forms.HiddenInput, required=False)
    refused: ClassVar[tuple[Problem, ...]] = ()
    """What the act of saving found wrong after the form had found nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            self.initial["shown_revision"] = self.instance.revision
            self.initial["shown_before"] = json.dumps(self.described())

    def described(self) -> Described:
        """The row as it is stored, in words: label to value."""
        raise NotImplementedError

    def field_of(self, problem: Problem) -> str | None:
        """The field a problem belongs to; None for the form as a whole."""
        name = problem.place.strip("/").partition("/")[0]
        return name if name in self.fields else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # Not constructed from what was typed yet: this is the row as it was read for this request.
        if self.instance.pk and cleaned.get("shown_revision") != self.instance.revision:
            self.add_error(None, format_html(CONFLICT, self._changes(cleaned.get("shown_before", ""))))
        for problem in self.refused:
            self.add_error(self.field_of(problem), self.words_for(problem))
        return cleaned

    def words_for(self, problem: Problem) -> str:
        return problem.message if self.field_of(problem) else ": ".join(filter(None, problem))

    def _changes(self, shown: str) -> SafeString:
        before, after = _parsed(shown), self.described()
        changed = [(name, before.get(name, "?"), text) for name, text in after.items() if before.get(name) != text]
        if not changed:
            return format_html("{}", "nothing that this form shows.")
        items = format_html_join("", "<li>{}: {} &rarr; {}</li>", _readable(changed))
        return format_html('<ul class="list-disc ml-6 my-2">{}</ul>', items)


def _parsed(shown: str) -> Described:
    """What the form said it had shown. Only ever shown back to whoever sent it."""
    try:
        value = json.loads(shown)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(text) for name, text in value.items()} if isinstance(value, dict) else {}


def _readable(changes: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for name, before, after in changes:
        yield name, before or "nothing", after or "nothing"


class RevisionedAdmin(ModelAdmin):  # type: ignore[misc]
    """An admin whose save or delete may be refused after all looked well: by a race, or by the act itself.

    `delete_row` is the act that deletes: it takes the row, the `expected` revision and who did it, `by`. `undeletable`
    is what it raises for a row that something needs.
    """

    change_form_before_template = "events/revisioned.html"
    delete_row: ClassVar[Callable[..., None]]
    undeletable: ClassVar[tuple[type[Exception], ...]] = ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return self._form_page(request, object_id, form_url, extra_context)
        except EditConflictError:
            # The winner has committed: read anew, the form sees another revision than it showed.
            return self._form_page(request, object_id, form_url, extra_context)
        except RefusedError as error:
            vars(request)[REFUSED] = error.problems
            return self._form_page(request, object_id, form_url, extra_context)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
        """With the revision in the one field that the theme's page can post back, meant for popups."""
        response: TemplateResponse = super().render_delete_form(request, context)
        shown = {"to_field_var": SHOWN, "to_field": context["object"].revision}
        response.context_data = {**(response.context_data or {}), **shown}
        return response

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_row(obj, expected=shown_revision(request, obj), by=user_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        # In an order that all share: else two who delete the same ones might wait for each other.
        for row in sorted(queryset, key=lambda row: row.pk):
            try:
                self.delete_row(row, expected=row.revision, by=user_of(request))
            except self.undeletable as error:
                raise ProtectedError(str(error), {row}) from error

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        refused: tuple[type[Exception], ...] = (EditConflictError, *self.undeletable)
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except refused as error:
            messages.error(request, f"Nothing was deleted: {error}.")
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return response

    def _form_page(self, *args: Any) -> HttpResponse:
        response: HttpResponse = super().changeform_view(*args)
        return response

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.refused = vars(request).get(REFUSED, ())
        return form


def shown_revision(request: HttpRequest, row: Revisioned) -> int:
    """The revision that the page which asked about deleting a row was about."""
    given = request.POST.get(SHOWN, str(row.revision))
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
