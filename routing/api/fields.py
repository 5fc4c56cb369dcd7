"""Members that several bodies have."""

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from routing.rules import LINE


class Line(serializers.CharField):
    """One line, without spaces at its ends."""

    def __init__(self, **options: Any) -> None:
        message = "must be one line, without spaces at its ends"
        super().__init__(trim_whitespace=False, validators=[RegexValidator(LINE, message)], **options)
