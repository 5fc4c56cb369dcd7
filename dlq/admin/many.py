"""Acts on a selection or on all that a search finds: a page that says how many, then an operation in the background."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from dlq.admin.acts import Act
from dlq.admin.found import FoundPages
from dlq.operations.errors import MoreThanExpectedError
from dlq.operations.pace import MAX_RATE
from dlq.operations.plan import Plan, plan, sample
from dlq.operations.start import start
from dlq.operations.subject import MAX_IDS, Subject
from events.admin.base import ReasonForm, user_of
from routing.search.bounded import SearchTimeoutError
from routing.search.page import explained
from routing.search.qualifiers import QueryError


class ActForm(ReasonForm):
    """Why, and what was shown when it was asked: how many there were, and when that was."""

    expected_count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    as_of = forms.CharField(max_length=40, widget=forms.HiddenInput)
    rate = forms.IntegerField(
        label="At most so many a second", min_value=1, max_value=MAX_RATE, required=False,
        widget=UnfoldAdminIntegerFieldWidget, help_text="Empty: as fast as it goes.",
    )  # fmt: skip

    def __init__(self, *args: Any, act: Act, **kwargs: Any) -> None:
        asks = "Kept with each letter, and with the operation." if act.needs_reason else "Kept with the operation."
        super().__init__(*args, label="Why", asks=asks, **kwargs)
        self.fields["note"].required = act.needs_reason
        if not act.paced:
            del self.fields["rate"]

    def clean_as_of(self) -> datetime:
        try:
            moment = datetime.fromisoformat(self.cleaned_data["as_of"])
        except ValueError as error:
            raise forms.ValidationError("not a time") from error
        if moment.tzinfo is None:
            raise forms.ValidationError("not a time with its zone")
        if not 2000 <= moment.year < 3000:
            raise forms.ValidationError("not a time that was shown")
        return moment


class ManyPages(FoundPages):
    """A list whose rows can be acted on, each of `acts` by those who may."""

    acts: tuple[Act, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path(f"many/{act.kind}/", view(partial(self.act_on_many, act=act)), name=f"{name}_many_{act.kind}")
            for act in self.acts
        ]
        return own + super().get_urls()  # type: ignore[no-any-return]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        offered = [(act, self.address_of(act, q=request.GET.get("q", ""))) for act in self.allowed(request)]
        return super().changelist_view(request, {**(extra_context or {}), "acts": offered})

    def allowed(self, request: HttpRequest) -> list[Act]:
        return [act for act in self.acts if request.user.has_perm(act.permission)]

    def address_of(self, act: Act, **about: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_many_{act.kind}"
        return f"{reverse(name, current_app=self.admin_site.name)}?{urlencode(about)}"

    def ask_about(self, act: Act, chosen: "QuerySet[Any]") -> HttpResponse:
        """The page that asks whether to act on a selection."""
        keys = chosen.order_by("pk").values_list("pk", flat=True)
        return redirect(self.address_of(act, ids=",".join(map(str, keys))))

    def act_on_many(self, request: HttpRequest, act: Act) -> HttpResponse:
        if act not in self.allowed(request):
            raise PermissionDenied
        form = ActForm(request.POST if request.method == "POST" else None, act=act)
        try:
            return self._start_or_ask(request, act, form, _subject(request))
        except (QueryError, SearchTimeoutError) as error:
            return self._ask(request, act, form, None, [], explained(error))

    def _start_or_ask(self, request: HttpRequest, act: Act, form: ActForm, subject: Subject) -> HttpResponse:
        problem = ""
        if form.is_valid():
            try:
                return self._started(request, act, subject, form)
            except MoreThanExpectedError:
                problem, form = "There are more by now than you were shown.", ActForm(act=act)
        seen = plan(act.kind, subject)
        return self._ask(request, act, form, seen, sample(act.kind, subject, seen.as_of), problem)

    def _started(self, request: HttpRequest, act: Act, subject: Subject, form: ActForm) -> HttpResponse:
        operation = start(
            act.kind, subject, by=user_of(request), reason=form.cleaned_data["note"],
            expected_count=form.cleaned_data["expected_count"], as_of=form.cleaned_data["as_of"],
            rate=form.cleaned_data.get("rate"),
        )  # fmt: skip
        return redirect("admin:dlq_operation_change", operation.pk)

    def _ask(
        self, request: HttpRequest, act: Act, form: ActForm, seen: Plan | None, rows: list[Any], problem: str
    ) -> HttpResponse:
        count = seen.count if seen else 0
        title = act.title(count, exact=seen.exact) if seen else act.verb
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": title,
            "act": act, "form": form, "rows": rows, "count": count, "problem": problem, "nothing_to_do": not count,
            "as_of": seen.as_of.isoformat() if seen else "", "query": request.GET.get("q", ""),
            "selected": "ids" in request.GET,
        }  # fmt: skip
        return TemplateResponse(request, "dlq/many.html", context)


def _subject(request: HttpRequest) -> Subject:
    """What the address says: `ids` of a selection, or `q`. Raises QueryError."""
    if "ids" not in request.GET:
        return Subject(query=request.GET.get("q", ""))
    return Subject.chosen(_ids(request.GET["ids"].split(",")))


def _ids(given: Iterable[str]) -> list[int]:
    ids = [int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 19]
    if len(ids) > MAX_IDS:
        raise QueryError(f"at most {MAX_IDS} at once", "ids")
    return ids
