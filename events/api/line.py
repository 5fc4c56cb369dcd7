"""Members of bodies that are one line."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from rest_framework import serializers

from events.line import LINE, NO_LINE, is_line


class _OneLine(RegexValidator):
    """The contract has the pattern of a RegexValidator; that alone would take a newline at the end."""

    def __call__(self, value: Any) -> None:
        if not is_line(str(value)):
            raise ValidationError(self.message, code=self.code)


class Line(serializers.CharField):
    """One line, without spaces at its ends."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, validators=[_OneLine(LINE, NO_LINE)], **options)


class LineOrNone(Line):
    """One line, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, **options)
