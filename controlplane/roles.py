"""The roles an installation starts with: groups made by a migration, for people to assign and to change.

Whoever may act may also see. Users, groups and API keys are for nobody but superusers, until somebody grants them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

VIEWER, OPERATOR, EDITOR = "Viewer", "Operator", "Editor"
APPROVER, PRIVACY_OFFICER = "Approver", "Privacy officer"

VIEW = (
    "events.view_outboxentry",
    "events.view_pendingentry",
    "routing.view_destination",
    "routing.view_destinationhealth",
    "routing.view_routingrule",
    "routing.view_ruledestination",
    "routing.view_routingtable",
    "routing.view_delivery",
    "routing.view_attempt",
    "routing.view_unrouted",
    "routing.view_relayworker",
    "dlq.view_deadletter",
    "dlq.view_operation",
    "django_celery_beat.view_periodictask",
    "django_celery_beat.view_intervalschedule",
    "django_celery_beat.view_crontabschedule",
)
OPERATE = (
    "dlq.redrive_deadletter",
    "dlq.discard_deadletter",
    "routing.operate_destination",
    "routing.route_unrouted",
)
EDIT = tuple(
    f"routing.{verb}_{model}"
    for model in ("destination", "routingrule", "ruledestination")
    for verb in ("add", "change", "delete")
)
PUBLISH = ("routing.add_routingtable",)

ROLES: Mapping[str, tuple[str, ...]] = {
    VIEWER: VIEW,
    OPERATOR: VIEW + OPERATE,
    EDITOR: VIEW + EDIT,
    APPROVER: VIEW + PUBLISH,
    # To see personal data in clear will be theirs alone; so far nothing shows any.
    PRIVACY_OFFICER: VIEW,
}
"""The permissions of each role, as `app.codename`."""


def create_roles(apps: Any, using: str) -> None:
    """Make the groups that are missing; one that is there is left as people made it. `apps` is a migration's."""
    groups = apps.get_model("auth", "Group").objects.using(using)
    for name, permissions in ROLES.items():
        group, made = groups.get_or_create(name=name)
        if made:
            group.permissions.set(_permissions(apps, using, permissions))


def _permissions(apps: Any, using: str, names: Iterable[str]) -> list[Any]:
    return [_permission(apps, using, *name.split(".")) for name in names]


def _permission(apps: Any, using: str, app: str, codename: str) -> Any:
    """Made where it is missing: Django makes permissions only after the last migration, and finds these then."""
    model = apps.get_model(app, codename.split("_")[-1])
    types = apps.get_model("contenttypes", "ContentType").objects.using(using)
    content_type, _ = types.get_or_create(app_label=app, model=model._meta.model_name)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    name = _name(model, codename)
    return permissions.get_or_create(content_type=content_type, codename=codename, defaults={"name": name})[0]


def _name(model: Any, codename: str) -> str:
    """What Django would call it."""
    own = dict(model._meta.permissions)
    return str(own.get(codename) or f"Can {codename.split('_')[0]} {model._meta.verbose_name_raw}")
