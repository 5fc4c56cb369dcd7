"""What the policies would do to an event, before and after side by side, as one types. Nothing is stored or logged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from events.envelope import EnvelopeError
from events.envelope.json_text import parse_json
from events.envelope.parse import data_text
from events.envelope.serialise import canonical
from events.models import PiiPolicySet
from events.pii.admin.marked import Marks, Piece, Pieces, Row, leaf, read, rows
from events.pii.policies.action import Action
from events.pii.policies.decide import PolicySet
from events.pii.policies.errors import PoliciesUnreadableError, PolicyError
from events.pii.policies.judged import Judged
from events.pii.policies.policy import ENVIRONMENTS
from events.pii.preview import Previewed, preview
from events.pii.publishing.newest import newest_policies
from events.pii.publishing.publish import draft_differs, draft_snapshot

MAX_CHARACTERS = 200_000
MAX_ROWS = 2_000
PUBLISHED, DRAFT = "published", "draft"
# Drafts have no number of their own, and 0 would say that nothing is published.
VERSION, NOT_YET = "piipolicy", "the number they get when they are published"
# Of an event in the JSON format: what is not an attribute to be examined, or has a field of its own.
_NOT_ATTRIBUTES = frozenset({"data", "data_base64", "specversion", "datacontenttype", "type"})
_CODE = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "off", "rows": 16, "wrap": "off"}
EXAMPLE = json.dumps(
    {
        "order": "A-2041",
        "customer": {"name": "Jane Doe", "email": "jane.doe@example.com"},
        "card": 4556737586899855,
        "note": "call +1 415 555 2671, or write to jane.doe@example.com",
        "total": 129.5,
    },
    indent=2,
)


class PreviewForm(forms.Form):
    event = forms.CharField(
        strip=False, max_length=MAX_CHARACTERS, label="Data, or a whole event in the JSON format",
        widget=UnfoldAdminTextareaWidget(attrs=_CODE),
    )  # fmt: skip
    type = forms.CharField(
        required=False, max_length=1024, label="Type", widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Left empty: whatever the strictest policy says.",
    )  # fmt: skip
    environment = forms.ChoiceField(choices=[(name, name) for name in ENVIRONMENTS], widget=UnfoldAdminSelectWidget)
    policies = forms.ChoiceField(widget=UnfoldAdminSelectWidget, help_text="Drafts: as they stand now, unpublished.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = PiiPolicySet.objects.newest()
        published = f"published: {newest}" if newest else "published: none yet"
        policies = self.fields["policies"]
        assert isinstance(policies, forms.ChoiceField)
        policies.choices = [(PUBLISHED, published), (DRAFT, "drafts")]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute before and after; `added`: the policies put it there."""

    name: str
    before: Pieces
    after: Pieces
    added: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What stands beside the form. `cut`: there are more rows than are shown."""

    previewed: Previewed | None = None
    rows: Sequence[Row] = ()
    cut: bool = False
    attributes: Sequence[Attribute] = ()
    wrong: str = ""

    @property
    def judged(self) -> Sequence[Judged]:
        return self.previewed.judged if self.previewed else ()

    @property
    def done(self) -> list[tuple[str, int]]:
        """How often each action was decided, the strictest first."""
        counts = [(action.value, sum(one.action is action for one in self.judged)) for action in reversed(Action)]
        return [(action, count) for action, count in counts if count]


def preview_page(admin: Any, request: HttpRequest) -> HttpResponse:
    _check(admin, request)
    asked = request.GET.get("policies", "")
    policies = asked if asked in (PUBLISHED, DRAFT) else DRAFT if draft_differs() else PUBLISHED
    given = {"event": EXAMPLE, "type": request.GET.get("type", ""), "environment": settings.ENVIRONMENT}
    form = PreviewForm({**given, "policies": policies})
    context = {
        **admin.admin_site.each_context(request), "opts": admin.opts, "title": "Preview", "form": form,
        "result": examine(form),
    }  # fmt: skip
    return TemplateResponse(request, "events/pii/preview/page.html", context)


def check_page(admin: Any, request: HttpRequest) -> HttpResponse:
    """What is typed would become this."""
    return _checked(request, admin=admin)


@require_POST
def _checked(request: HttpRequest, admin: Any) -> HttpResponse:
    _check(admin, request)
    response = TemplateResponse(
        request, "events/pii/preview/result.html", {"result": examine(PreviewForm(request.POST))}
    )
    response["Cache-Control"] = "no-store"
    return response


def examine(form: PreviewForm) -> Result:
    if not form.is_valid():
        wrong = (f"{form[name].label}: {' '.join(map(str, said))}" for name, said in form.errors.items())
        return Result(wrong="; ".join(wrong))
    asked = form.cleaned_data
    try:
        data, attributes, event_type = _given(asked["event"], asked["type"])
        policies = PolicySet.compile(draft_snapshot()) if asked["policies"] == DRAFT else newest_policies()
        found = preview(data, attributes, event_type, asked["environment"], policies)
    except EnvelopeError as error:
        return Result(wrong=": ".join(filter(None, (error.pointer, error.reason))))
    except (PoliciesUnreadableError, PolicyError) as error:
        return Result(wrong=f"The policies cannot be read: {error}")
    return _result(data, attributes, found, asked["policies"] == DRAFT)


def _given(text: str, typed: str) -> tuple[str, Mapping[str, Any], str | None]:
    """The data as text, attributes and type: what was pasted is data, or says that it is a CloudEvent."""
    body = text.encode(errors="replace")
    value = parse_json(body)
    if not (isinstance(value, dict) and "specversion" in value and "type" in value):
        return body.decode(), {}, typed or None
    attributes = {name: each for name, each in value.items() if name not in _NOT_ATTRIBUTES and each is not None}
    return data_text(body) if "data" in value else "null", attributes, typed or str(value["type"])


def _result(data: str, attributes: Mapping[str, Any], found: Previewed, draft: bool) -> Result:
    marks = Marks.of(found.judged)
    lines = rows(read(data), read(found.data or data), marks)
    after = found.attributes or attributes
    if draft and VERSION in after:
        after = {**after, VERSION: NOT_YET}
    shown = [_attribute(name, attributes.get(name), after.get(name), marks) for name in {**attributes, **after}]
    return Result(found, lines[:MAX_ROWS], len(lines) > MAX_ROWS, shown)


def _attribute(name: str, before: Any, after: Any, marks: Marks) -> Attribute:
    spans = marks.values.get(f"/{name}", ())
    left, right = leaf(_text(before), _text(after), spans)
    # Attributes are texts without quotes.
    return Attribute(name, _bare(left), _bare(right), before is None)


def _bare(pieces: Pieces) -> Pieces:
    if len(pieces) == 1:
        return (Piece(pieces[0].text[1:-1], pieces[0].mark),)
    return pieces[1:-1]


def _text(value: Any) -> str:
    return "" if value is None else canonical(value)


def _check(admin: Any, request: HttpRequest) -> None:
    if not admin.has_view_permission(request):
        raise PermissionDenied
