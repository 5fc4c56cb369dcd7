"""The roles an installation starts with: groups made by a migration, for people to assign and to change.

Whoever may act may also see. Users, groups and API keys are for nobody but superusers, until somebody grants them.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

VIEWER, OPERATOR, EDITOR = "Viewer", "Operator", "Editor"
APPROVER, PRIVACY_OFFICER = "Approver", "Privacy officer"

VIEW = (
    "events.view_outboxentry",
    "events.view_pendingentry",
    "events.view_eventtype",
    "events.view_schemaversion",
    "events.view_legacytype",
    "events.view_piipolicy",
    "events.view_piipolicyset",
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
_EDITED = (
    ("routing", ("destination", "routingrule", "ruledestination")),
    ("events", ("eventtype", "schemaversion", "legacytype")),
)
EDIT = tuple(
    f"{app}.{verb}_{model}" for app, models in _EDITED for model in models for verb in ("add", "change", "delete")
)
PUBLISH = ("routing.add_routingtable", "events.activate_schemaversion")
PROTECT = (
    "events.add_piipolicy",
    "events.change_piipolicy",
    "events.delete_piipolicy",
    "events.publish_piipolicy",
    "events.reveal_pii",
    "events.view_datakey",
)

AUDIT = ("events.view_auditrecord",)
"""For all who act. Who only looks at events need not know what others did."""

ROLES: Mapping[str, tuple[str, ...]] = {
    VIEWER: VIEW,
    OPERATOR: VIEW + OPERATE + AUDIT,
    EDITOR: VIEW + EDIT + AUDIT,
    APPROVER: VIEW + PUBLISH + AUDIT,
    # What is personal, and who sees it in clear, is theirs alone.
    PRIVACY_OFFICER: VIEW + PROTECT + AUDIT,
}
"""The permissions of each role, as `app.codename`."""
OF_THE_REGISTRY = ("eventtype", "schemaversion", "legacytype")
"""Models that came after the roles."""
OF_PII = ("piipolicy", "piipolicyset", "datakey")
OF_AUDIT = ("auditrecord",)
_NAMED_OTHERWISE = {"events.reveal_pii": "piipolicy"}
"""Permissions that are not named after the model they are kept with."""


def create_roles(apps: Any, using: str) -> None:
    """Make the groups that are missing; one that is there is left as people made it. `apps` is a migration's."""
    groups = apps.get_model("auth", "Group").objects.using(using)
    for name, permissions in ROLES.items():
        group, made = groups.get_or_create(name=name)
        if made:
            group.permissions.set(_permissions(apps, using, permissions))


def grant_later(apps: Any, using: str, models: Collection[str]) -> None:
    """Give the groups that are still there what their roles may do with models that were made after them."""
    for group in apps.get_model("auth", "Group").objects.using(using).filter(name__in=ROLES):
        group.permissions.add(*_permissions(apps, using, [one for one in ROLES[group.name] if _model(one) in models]))


def _permissions(apps: Any, using: str, names: Iterable[str]) -> list[Any]:
    # A migration knows the models of its time: what came later is granted by another one.
    known = {f"{model._meta.app_label}.{model._meta.model_name}" for model in apps.get_models()}
    there = [name for name in names if f"{name.split('.')[0]}.{_model(name)}" in known]
    return [_permission(apps, using, name) for name in there]


def _model(permission: str) -> str:
    return _NAMED_OTHERWISE.get(permission) or permission.split("_")[-1]


def _permission(apps: Any, using: str, permission: str) -> Any:
    """Made where it is missing: Django makes permissions only after the last migration, and finds these then."""
    app, codename = permission.split(".")
    model = apps.get_model(app, _model(permission))
    types = apps.get_model("contenttypes", "ContentType").objects.using(using)
    content_type, _ = types.get_or_create(app_label=app, model=model._meta.model_name)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    name = _name(model, codename)
    return permissions.get_or_create(content_type=content_type, codename=codename, defaults={"name": name})[0]


def _name(model: Any, codename: str) -> str:
    """What Django would call it."""
    own = dict(model._meta.permissions)
    return str(own.get(codename) or f"Can {codename.split('_')[0]} {model._meta.verbose_name_raw}")
