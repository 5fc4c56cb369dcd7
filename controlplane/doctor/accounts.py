"""Administrators whose password everybody would try first. Who they are is not told: their number is."""

from collections.abc import Iterator

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User

from controlplane.checks import DEFAULT_PASSWORDS
from controlplane.doctor.finding import Finding, error, good, warning

MOST_USERS = 5
"""Checking a password is slow on purpose: the newest administrators are looked at."""
GUESSES = sorted(DEFAULT_PASSWORDS - {""})


def accounts() -> Iterator[Finding]:
    admins = list(User.objects.filter(is_superuser=True, is_active=True).order_by("-pk")[:MOST_USERS])
    if not admins:
        yield warning("admins", "nobody can administrate", "Run `manage.py createsuperuser`.")
    guessed = [user for user in admins if _guessable(user)]
    for user in guessed:
        fix = f"Run `manage.py changepassword` for the user with id {user.pk}."
        yield error("admins", f"an administrator (user {user.pk}) has a default password", fix)
    if admins and not guessed:
        yield good("admins", f"no default password among {len(admins)} administrators")


def _guessable(user: User) -> bool:
    # Not the method of the user, which stores a new hash when one fits: the doctor changes nothing.
    return any(check_password(guess, user.password) for guess in {user.get_username(), *GUESSES})
