"""Form fields for the settings of a config. A secret's field takes references, and never shows what is none."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from routing.admin.destination_forms.settings import Control, Setting
from routing.publishers.secrets import SecretMissingError, parse_reference

NOT_A_REFERENCE = (
    "This is not a reference, and may be the secret itself: it was neither stored nor shown again. Put the secret into "
    "an environment variable or a file of the workers, and write env:NAME or file:/PATH here."
)
MAX_LENGTH = 2000
USER_INFO = re.compile(r"//[^/\s]*@")
WORKERS_DIFFER = "in this web process; workers may differ."
SET = '<strong class="text-green-700 dark:text-green-400">set</strong> {}'
NOT_SET = '<strong class="text-orange-700 dark:text-orange-400">not set</strong> {}'
CODE = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}


def without_credentials(text: object) -> object:
    """URLs as they may be shown again: a password typed into one is left out."""
    return USER_INFO.sub("//", text) if isinstance(text, str) else text


class PlainField(forms.CharField):
    def prepare_value(self, value: Any) -> Any:
        return without_credentials(value)


class LinesField(forms.CharField):
    """A text for each line; a list of texts."""

    def clean(self, value: Any) -> list[str]:
        return str(super().clean(value)).split()

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _lines(initial) != _lines(data)

    def prepare_value(self, value: Any) -> Any:
        text = value if isinstance(value, str) or value is None else "\n".join(map(str, value))
        return without_credentials(text)


class SecretField(forms.CharField):
    """A reference to a secret."""

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text and parse_reference(text) is None:
            raise ValidationError(NOT_A_REFERENCE, code="not_a_reference")
        return text

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) and parse_reference(value) else ""


def form_field(setting: Setting) -> forms.Field:
    """The form field for a setting, empty."""
    field = MAKERS[setting.control](setting)
    field.label = f"{setting.label} ({setting.unit})" if setting.unit else setting.label
    field.help_text = setting.help
    return field


def resolves_here(text: object) -> SafeString | str:
    """Whether this process can read the secret that a reference names. Workers may run elsewhere."""
    reference = parse_reference(text) if isinstance(text, str) else None
    if reference is None:
        return ""
    try:
        reference.resolve()
    except SecretMissingError:
        return format_html(NOT_SET, WORKERS_DIFFER)
    return format_html(SET, WORKERS_DIFFER)


def _lines(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else [str(one) for one in value or []]


def _placeholder(setting: Setting) -> dict[str, Any]:
    default = setting.default[0] if isinstance(setting.default, list) else setting.default
    return {**CODE, "placeholder": "" if default is None else str(default)}


def _text(setting: Setting) -> forms.Field:
    widget = UnfoldAdminTextInputWidget(_placeholder(setting))
    return PlainField(required=False, max_length=MAX_LENGTH, widget=widget)


def _lines_of_text(setting: Setting) -> forms.Field:
    look = {**_placeholder(setting), "rows": 2, "style": "font-family: monospace; max-width: 42rem"}
    return LinesField(
        required=setting.default is not None, max_length=MAX_LENGTH, widget=UnfoldAdminTextareaWidget(look)
    )


def _whole(setting: Setting) -> forms.Field:
    return forms.IntegerField(required=False, widget=UnfoldAdminIntegerFieldWidget(_placeholder(setting)))


def _seconds(setting: Setting) -> forms.Field:
    widget = UnfoldAdminIntegerFieldWidget({**_placeholder(setting), "step": "any"})
    return forms.FloatField(required=False, widget=widget)


def _flag(_setting: Setting) -> forms.Field:
    return forms.BooleanField(required=False, widget=UnfoldBooleanWidget())


def _choice(setting: Setting) -> forms.Field:
    return forms.ChoiceField(choices=setting.choices, widget=UnfoldAdminSelectWidget())


def _secret(_setting: Setting) -> forms.Field:
    # No password field: a browser would offer to remember it, and a reference is no secret.
    widget = UnfoldAdminTextInputWidget({**CODE, "placeholder": "env:NAME or file:/PATH"})
    return SecretField(required=False, max_length=MAX_LENGTH, widget=widget)


MAKERS: Mapping[Control, Callable[[Setting], forms.Field]] = {
    Control.TEXT: _text,
    Control.LINES: _lines_of_text,
    Control.WHOLE: _whole,
    Control.SECONDS: _seconds,
    Control.FLAG: _flag,
    Control.CHOICE: _choice,
    Control.REFERENCE: _secret,
}
