"""What templates show as the admin's own columns do."""

from functools import lru_cache

from django import template
from django.utils.safestring import SafeString

from routing import visible as pure

register = template.Library()


@register.filter
def visible(text: str | None) -> str:
    return pure.visible(text or "")


@register.filter
@lru_cache(maxsize=64)
def badge(state: str) -> SafeString:
    """A list shows the same few again and again, and to render one is most of a row's cost."""
    # The theme's admin renders a widget while it is imported, which imports all tags before there is an admin.
    from events.admin import shown

    return shown.badge(state)
