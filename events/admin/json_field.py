"""JSON typed by people: read strictly, refused with the place, never by an error page."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from events.envelope.errors import EnvelopeError
from events.envelope.json_text import parse_json

MAX_CHARACTERS = 100_000
MAX_DEPTH = 32


class StrictJSONField(forms.JSONField):
    """JSON without duplicate keys, U+0000, lone surrogates or deep nesting; an empty text is `empty()`."""

    def __init__(self, *, empty: Callable[[], object], **options: Any) -> None:
        self.empty = empty
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return self.empty()
        if not isinstance(value, str):
            return value
        if len(value) > MAX_CHARACTERS:
            raise ValidationError(f"at most {MAX_CHARACTERS} characters, this has {len(value)}")
        try:
            return parse_json(value.encode(), MAX_DEPTH)
        except EnvelopeError as error:
            raise ValidationError(str(error), code="invalid") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form shows again: the parsed value, or the text as it was typed."""
        try:
            return self.to_python(data)
        except ValidationError:
            return InvalidJSONInput(data)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, InvalidJSONInput):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)


class StrictJSONForms:
    """A mixin of ModelAdmin and inlines: every JSONField of the model is edited through StrictJSONField."""

    json_rows = 8

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **options: Any) -> Any:
        if isinstance(db_field, models.JSONField):
            look = {"rows": self.json_rows, "spellcheck": "false", "style": "font-family: monospace"}
            options["widget"] = UnfoldAdminTextareaWidget(attrs=look)
            return db_field.formfield(**options, form_class=StrictJSONField, empty=db_field.default)
        return super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
