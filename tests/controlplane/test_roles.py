"""Roles: what the migration makes, and that each page and each act asks for its own permission (H40)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils import timezone
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from controlplane.roles import AUDIT, OPERATE, ROLES, create_roles
from dlq.models import Operation
from events.api_keys import issue_key
from events.models import ApiKey, AuditRecord, DataKey, EventType, LegacyType, OutboxEntry, PiiPolicy, PiiPolicySet
from events.pii.publishing.publish import publish as publish_policies
from routing.models import Delivery, Destination, RelayWorker, RoutingRule, RoutingTable, Unrouted
from routing.publish_table import publish
from tests.routing import made
from tests.schemas.registry import made as registered

pytestmark = pytest.mark.django_db

WRITTEN_BY_MACHINES = (
    "events_outboxentry", "routing_delivery", "routing_unrouted", "routing_routingtable", "routing_relayworker",
    "dlq_deadletter", "dlq_operation", "events_auditrecord", "events_piipolicyset", "events_datakey",
)  # fmt: skip
KEYS_ARE_NEVER_CHANGED = ("events_apikey_delete",)
SEEN_BY_ALL = {"index", "live", "live_charts", "search", "password_change", "password_change_done", "jsi18n"}
# What leads elsewhere, and asks there.
ELSEWHERE = {"login", "logout", "autocomplete", "view_on_site", "app_list", None}
# Acts and parts that are none of a model's usual pages: any of these permissions opens them.
ACTS: dict[str, tuple[str, ...]] = {
    "events_outboxentry_data": ("events.view_outboxentry",),
    "events_outboxentry_reveal": ("events.reveal_pii",),
    "events_piipolicy_preview": ("events.view_piipolicy", "events.change_piipolicy"),
    "events_piipolicy_preview_check": ("events.view_piipolicy", "events.change_piipolicy"),
    "events_piipolicy_publish": ("events.publish_piipolicy",),
    "events_piipolicyset_rollback": ("events.publish_piipolicy",),
    "events_schemaversion_check": ("events.add_schemaversion",),
    "events_schemaversion_merge": ("events.view_schemaversion", "events.change_schemaversion"),
    "events_schemaversion_compare": ("events.view_schemaversion", "events.change_schemaversion"),
    "events_schemaversion_difference": ("events.view_schemaversion", "events.change_schemaversion"),
    "events_schemaversion_activate": ("events.activate_schemaversion",),
    "events_schemaversion_retire": ("events.activate_schemaversion",),
    "events_schemaversion_unretire": ("events.activate_schemaversion",),
    "routing_destination_test_typed": ("routing.add_destination",),
    "routing_destination_subject": ("routing.add_destination", "routing.change_destination"),
    "routing_destination_test": ("routing.operate_destination", "routing.change_destination"),
    "routing_destination_pause": ("routing.operate_destination",),
    "routing_destination_resume": ("routing.operate_destination",),
    "routing_routingrule_try": ("routing.add_routingrule", "routing.change_routingrule"),
    "routing_routingrule_publish": ("routing.add_routingtable",),
    "routing_routingtable_rollback": ("routing.add_routingtable",),
    "dlq_deadletter_many_redrive": ("dlq.redrive_deadletter",),
    "dlq_deadletter_many_discard": ("dlq.discard_deadletter",),
    "dlq_deadletter_redrive_one": ("dlq.redrive_deadletter",),
    "dlq_deadletter_discard_one": ("dlq.discard_deadletter",),
    "dlq_operation_progress": ("dlq.view_operation",),
    "dlq_operation_cancel": ("dlq.redrive_deadletter",),
    "routing_unrouted_many_route_again": ("routing.route_unrouted",),
    "auth_user_password_change": ("auth.change_user",),
}
ARGUMENTS = {"routing_destination_test_typed": ["nats"]}
ABOUT_TWO = ("events_schemaversion_difference",)


@pytest.fixture(autouse=True)
def _roles() -> None:
    """A test that flushes the tables leaves no groups behind."""
    create_roles(apps, "default")


@pytest.fixture
def rows() -> dict[str, Any]:
    """The key of one row of each table, by `app_model`."""
    dead = made.dead(made.destination("stored"), made.unrouted().entry)
    rule = made.rule("all", dead.destination)
    publish(note="a test", by=None)
    issue_key("billing", ["operate"])
    PiiPolicy.objects.create(name="all")
    publish_policies(note="a test", by=None)
    DataKey.objects.create(key_id="aaaaaaaa", tenant="a", purpose="encrypt", version=1, wrapped=b"w")
    event_type = registered.event_type()
    registered.legacy_type("shop.order", registered.active(event_type)).save()
    draft = registered.draft(event_type, registered.SAME)
    RelayWorker.objects.create(token="7b7f2a3e-0000-4000-8000-000000000001", name="a", expires_at=timezone.now())
    Operation.objects.create(kind="redrive", by="user 1", total=1, upto=1)
    every = IntervalSchedule.objects.create(every=1, period="hours")
    PeriodicTask.objects.create(name="something", task="nothing", interval=every, enabled=False)
    CrontabSchedule.objects.create()
    ClockedSchedule.objects.create(clocked_time=timezone.now())
    SolarSchedule.objects.create(event="dusk_civil", latitude=1, longitude=1)
    User.objects.create_user("somebody")
    one_of = (
        OutboxEntry, Delivery, Destination, RoutingRule, RoutingTable, Unrouted, RelayWorker, Operation, ApiKey, User,
        Group, PeriodicTask, IntervalSchedule, CrontabSchedule, ClockedSchedule, SolarSchedule, EventType, LegacyType,
        AuditRecord, PiiPolicy, PiiPolicySet, DataKey,
    )  # fmt: skip
    keys = {f"{model._meta.app_label}_{model._meta.model_name}": model._default_manager.first() for model in one_of}
    known = {"dlq_deadletter": dead.pk, "rule": rule.pk, "events_schemaversion": draft.pk}
    return {name: row and row.pk for name, row in keys.items()} | known


def in_role(name: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    client = Client()
    client.force_login(user)
    return client


def pages(rows: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and address of every page of the admin that is not `ELSEWHERE`."""
    patterns = [one for one in admin.site.get_urls() if isinstance(one, URLPattern)]
    nested = [one for group in admin.site.get_urls() for one in getattr(group, "url_patterns", ())]
    for name in dict.fromkeys(one.name for one in (*patterns, *nested)):
        if name not in ELSEWHERE:
            assert name is not None
            yield name, address_of(name, rows)


def address_of(name: str, rows: dict[str, Any]) -> str:
    arguments = ARGUMENTS.get(name, [])
    try:
        return reverse(f"admin:{name}", args=arguments)
    except NoReverseMatch:
        table = max((one for one in rows if name.startswith(one)), key=len)
        return reverse(f"admin:{name}", args=[rows[table]] * (2 if name in ABOUT_TWO else 1))


def permissions_for(name: str) -> tuple[str, ...] | None:
    """Any of them opens the page; None if nothing does."""
    if name in ACTS:
        return ACTS[name]
    table, verb = name.rsplit("_", 1)
    app, model = table.split("_", 1) if not table.startswith("django_celery_beat_") else (table[:18], table[19:])
    if name in KEYS_ARE_NEVER_CHANGED or (table in WRITTEN_BY_MACHINES and verb in ("add", "delete")):
        return None
    if verb in ("add", "delete"):
        return (f"{app}.{verb}_{model}",)
    assert verb in ("changelist", "change", "history"), f"{name}: say in ACTS who may open it"
    return (f"{app}.view_{model}", f"{app}.change_{model}")


def opened(client: Client, name: str, address: str) -> bool:
    """Asked for with GET, and an act that does not answer to that with POST."""
    answer = client.get(address)
    if name in ACTS and answer.status_code in (403, 405):
        answer = client.post(address)
    assert answer.status_code < 500, name
    return answer.status_code != 403 and not answer.headers.get("Location", "").startswith("/admin/login/")


def may_open(user: User, name: str) -> bool:
    if name in SEEN_BY_ALL:
        return user.is_staff
    needed = permissions_for(name)
    return needed is not None and any(user.has_perm(one) for one in needed)


@pytest.mark.parametrize("role", ROLES)
def test_each_page_opens_for_the_roles_that_hold_its_permission_and_for_no_other(
    role: str, rows: dict[str, Any]
) -> None:
    client = in_role(role)
    user = User.objects.get(username=role)

    wrong = [name for name, address in pages(rows) if opened(client, name, address) != may_open(user, name)]

    assert wrong == []


def test_nobody_without_a_role_opens_anything_but_the_way_in(rows: dict[str, Any]) -> None:
    anonymous, outsider, newcomer = Client(), Client(), made.logged_in(name="newcomer")
    outsider.force_login(User.objects.create_user("outsider"))

    for name, address in pages(rows):
        assert not opened(anonymous, name, address), name
        assert not opened(outsider, name, address), name
        assert opened(newcomer, name, address) == (name in SEEN_BY_ALL), name


def test_what_machines_write_is_read_only_for_superusers_too(admin_client: Client, rows: dict[str, Any]) -> None:
    for table in WRITTEN_BY_MACHINES:
        change = address_of(f"{table}_change", rows)
        assert admin_client.get(address_of(f"{table}_add", rows)).status_code == 403
        assert admin_client.post(address_of(f"{table}_delete", rows), {"post": "yes"}).status_code == 403
        # What is saved is answered with a redirect.
        assert admin_client.post(change, {"state": "delivered"}).status_code in (200, 403)
        assert 'name="_save"' not in admin_client.get(change).content.decode()


def test_a_superuser_opens_everything_else(admin_client: Client, rows: dict[str, Any]) -> None:
    superuser = User.objects.get(username="admin")

    wrong = [name for name, address in pages(rows) if opened(admin_client, name, address) != may_open(superuser, name)]

    assert wrong == []


@pytest.mark.parametrize(
    ("table", "act", "role"),
    [
        ("dlq_deadletter", "redrive", "Operator"),
        ("dlq_deadletter", "discard", "Operator"),
        ("routing_unrouted", "route_again", "Operator"),
        ("events_apikey", "revoke", None),
        ("django_celery_beat_periodictask", "disable_tasks", None),
        ("django_celery_beat_periodictask", "run_tasks", None),
        ("routing_routingrule", "delete_selected", "Editor"),
    ],
)
def test_an_act_on_a_selection_is_offered_to_its_role_only(table: str, act: str, role: str | None) -> None:
    app, model = table.rsplit("_", 1)
    page = admin.site._registry[apps.get_model(app, model)]

    holders = []
    for name in ROLES:
        request: Any = in_role(name).get("/admin/").wsgi_request
        if act in page.get_actions(request):
            holders.append(name)

    assert holders == ([role] if role else [])


@pytest.mark.parametrize("role", [name for name in ROLES if name != "Operator"])
def test_an_act_that_was_not_offered_does_nothing(role: str, rows: dict[str, Any]) -> None:
    """Its form can be posted all the same."""
    client = in_role(role)
    post = {"action": "redrive", "_selected_action": rows["dlq_deadletter"]}

    client.post("/admin/dlq/deadletter/", post)
    client.post("/admin/django_celery_beat/periodictask/", {"action": "enable_tasks", "_selected_action": 1})

    assert Delivery.objects.get(pk=rows["dlq_deadletter"]).state == "dead"
    assert not PeriodicTask.objects.filter(name="something", enabled=True).exists()


def test_the_roles_hold_what_they_are_named_for() -> None:
    def held(name: str) -> set[str]:
        permissions = Group.objects.get(name=name).permissions.select_related("content_type")
        return {f"{one.content_type.app_label}.{one.codename}" for one in permissions}

    assert {name: held(name) for name in ROLES} == {name: set(given) for name, given in ROLES.items()}
    assert held("Operator") - held("Viewer") == {*OPERATE, *AUDIT}
    assert not any("apikey" in one or one.startswith("auth.") for name in ROLES for one in held(name))


def test_groups_that_people_changed_are_left_alone() -> None:
    viewer = Group.objects.get(name="Viewer")
    viewer.permissions.set(Permission.objects.filter(codename="view_destination"))
    Group.objects.get(name="Approver").delete()

    create_roles(apps, "default")

    assert [one.codename for one in viewer.permissions.all()] == ["view_destination"]
    assert Group.objects.get(name="Approver").permissions.filter(codename="add_routingtable").exists()


def test_the_permissions_it_makes_are_those_that_django_would_make() -> None:
    named = {(one.content_type.app_label, one.codename): one.name for one in Permission.objects.all()}
    Permission.objects.filter(content_type__app_label__in=("events", "routing", "dlq")).delete()
    Group.objects.all().delete()

    create_roles(apps, "default")

    again = Permission.objects.filter(group__isnull=False).distinct().select_related("content_type")
    assert {(one.content_type.app_label, one.codename): one.name for one in again}.items() <= named.items()


def migrated(then: Callable[[], None]) -> None:
    """Take the roles' migration back, do something, and migrate again."""
    from django.db.migrations.executor import MigrationExecutor

    MigrationExecutor(connection).migrate([("controlplane", None)])
    then()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_the_migration_fills_an_installation_that_has_none_of_it_yet() -> None:
    def forget() -> None:
        Group.objects.all().delete()
        Permission.objects.filter(content_type__app_label="dlq").delete()

    migrated(forget)

    operator = Group.objects.get(name="Operator")
    assert operator.permissions.count() == len(ROLES["Operator"])
