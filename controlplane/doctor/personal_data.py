"""Personal data: whether ingest can read the policies and has keys to go by, and whether anybody can publish others."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.models import User

from controlplane.doctor.finding import Finding, error, good, warning
from events.pii.keys.status import status
from events.pii.policies.errors import PoliciesUnreadableError
from events.pii.publishing.newest import newest_policies

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def policies() -> Iterator[Finding]:
    try:
        number = newest_policies().number
    except PoliciesUnreadableError as failure:
        fix = "Upgrade this machine, or roll the policies back where the newer release runs."
        yield error("policies", f"{failure}: no event is taken", fix)
        return
    yield good("policies", f"set {number} decides" if number else "what is usual in the environment is done")
    if "policies" in settings.FOUR_EYES and _publishers() < 2:
        what = "publishing policies takes four eyes, and fewer than two people may publish them"
        yield warning("policies", what, "Make another person a privacy officer, or set FOUR_EYES without `policies`.")


def keys() -> Iterator[Finding]:
    found, development = status(), settings.ENVIRONMENT == "development"
    problems = [found.provider_problem, *(f"key {key.key_id}: {key.problem}" for key in found.keys if key.problem)]
    for problem in filter(None, problems):
        fix = "See `manage.py keys status`; events whose personal data needs a key are answered with 503."
        yield (warning if development else error)("keys", problem, fix)
    if found.lacking and not any(problems):
        yield warning("keys", f"{len(found.lacking)} tenants have no keys yet", "Run `manage.py keys make`.")
    if found.well:
        yield good("keys", f"all {len(found.keys)} keys for personal data can be used")


def _publishers() -> int:
    return User.objects.with_perm("events.publish_piipolicy", backend=MODEL_BACKEND).count()
