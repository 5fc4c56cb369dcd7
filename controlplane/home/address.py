"""Where a place of the home page is, and whether somebody may go there."""

from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from controlplane.home.place import Place


def may_see(user: User | AnonymousUser, place: Place) -> bool:
    """Who may change something may see it."""
    return user.has_perm(place.permission) or user.has_perm(place.permission.replace(".view_", ".change_"))


def address(place: Place) -> str:
    page = f"admin:{place.model.replace('.', '_')}"
    if place.pk is not None:
        return reverse(f"{page}_change", args=[place.pk])
    search = f"?{urlencode({'q': place.query})}" if place.query else ""
    return reverse(f"{page}_changelist") + search
