"""Members of bodies that are one line."""

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from events.line import LINE, NO_LINE


class Line(serializers.CharField):
    """One line, without spaces at its ends."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, validators=[RegexValidator(LINE, NO_LINE)], **options)


class LineOrNone(Line):
    """One line, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, **options)
