"""The pages of audit records: for whom, newest first, what changed marked, and whether a record fits its chain."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from controlplane.roles import OF_AUDIT, ROLES, create_roles, grant_later
from events.audit.record import record
from events.models import AuditRecord
from routing.models import RoutingRule
from routing.publish_table import publish
from routing.rules import Target, save_rule
from tests.routing import made

pytestmark = pytest.mark.django_db
LIST = "/admin/events/auditrecord/"


def note(act: str = "rule.changed", subject: str = "rule", subject_id: object = 7, **values: object) -> AuditRecord:
    with transaction.atomic():
        record(act, subject, subject_id, **{"by": None, **values})  # type: ignore[arg-type]
    return AuditRecord.objects.latest("number")


def page(client: Client, one: AuditRecord) -> str:
    return client.get(f"{LIST}{one.pk}/change/").content.decode()


@pytest.fixture
def auditor() -> Client:
    return made.logged_in("events.view_auditrecord", "routing.view_routingrule", name="auditor")


def test_those_who_act_may_read_it_and_nobody_may_write() -> None:
    create_roles(apps, "default")
    holders = {one.name for one in Group.objects.filter(permissions__codename="view_auditrecord")}

    assert holders == set(ROLES) - {"Viewer"}
    assert not Group.objects.filter(permissions__codename__in=("add_auditrecord", "change_auditrecord")).exists()
    assert made.logged_in("routing.view_routingrule").get(LIST).status_code == 403


def test_groups_that_were_there_before_get_the_permission() -> None:
    create_roles(apps, "default")
    editor = Group.objects.get(name="Editor")
    editor.permissions.clear()

    grant_later(apps, "default", OF_AUDIT)

    assert [one.codename for one in editor.permissions.all()] == ["view_auditrecord"]


def test_the_newest_is_first_and_people_are_named(auditor: Client) -> None:
    user = User.objects.create_user("ada")
    note(reason="<b>first</b>", by=user)
    note("table.published", "routing table", 2)

    text = auditor.get(LIST).content.decode()

    assert text.index("table.published") < text.index("rule.changed</a>")
    assert "&lt;b&gt;first" in text
    assert "ada" in text
    assert str(user.pk) in AuditRecord.objects.get(number=1).by


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("act=rule.changed", [1]),
        ("subject=rule", [1, 3]),
        ("by=a+command", [1, 2, 3]),
        ("subject=rule&subject_id=8", [3]),
        ("by=user+9", []),
        ("subject=%00", []),
    ],
)
def test_it_is_filtered(auditor: Client, query: str, found: list[int]) -> None:
    note()
    note("table.published", "routing table", 2)
    note("rule.created", subject_id=8)

    response = auditor.get(f"{LIST}?{query}")

    shown = response.context["cl"].result_list if response.status_code == 200 else []
    assert sorted(one.number for one in shown) == found


def test_an_empty_list_says_what_would_be_there(auditor: Client) -> None:
    assert "Nothing is recorded yet" in auditor.get(LIST).content.decode()


def test_what_changed_is_marked_and_escaped(auditor: Client) -> None:
    """H43."""
    before, after = {"name": "<script>x</script>", "priority": 1}, {"name": "<script>x</script>", "priority": 2}
    text = page(auditor, note(before=before, after=after))

    assert "<mark>1</mark>" in text
    assert "<mark>2</mark>" in text
    assert "&lt;script&gt;" in text
    assert "<script>x" not in text


def test_what_has_nothing_to_be_compared_with_stands_alone(auditor: Client) -> None:
    gone = page(auditor, note("rule.deleted", before={"name": "a"}))
    told = page(auditor, note("pii.revealed", "event", "1", after={"paths": ["/data/email"]}))

    assert "What it was" in gone
    assert "What is on record" in told
    assert "/data/email" in told
    assert not any("What changed" in one or "lines" in one for one in (gone, told))


def test_a_record_leads_to_what_it_is_about_as_long_as_that_is_there(auditor: Client) -> None:
    rule = made.rule("a", made.destination())
    address = f'href="/admin/routing/routingrule/{rule.pk}/change/"'
    about = note(subject_id=rule.pk)

    assert address in page(auditor, about)
    assert address not in page(made.logged_in("events.view_auditrecord", name="another"), about)
    rule.delete()
    assert address not in page(auditor, about)


def test_a_record_of_a_publication_leads_to_what_was_published(auditor: Client) -> None:
    made.rule("a", made.destination())
    table = publish(note="the first", by=None)
    reader = made.logged_in("events.view_auditrecord", "routing.view_routingtable", name="reader")

    text = page(reader, AuditRecord.objects.get(act="table.published"))

    assert f'href="/admin/routing/routingtable/{table.pk}/change/"' in text


def test_a_record_of_a_reveal_leads_to_the_event(auditor: Client) -> None:
    one = note("pii.revealed", "event", "01a1fddb-a38f-7adc-93bf-ec67c6b1468e")
    reader = made.logged_in("events.view_auditrecord", "events.view_outboxentry", name="reader")
    address = 'href="/admin/events/outboxentry/?q=01a1fddb-a38f-7adc-93bf-ec67c6b1468e"'

    assert address in page(reader, one)
    assert address not in page(auditor, one)


def test_a_record_is_held_against_the_one_before_it(auditor: Client) -> None:
    """H45."""
    first, second, third = note(), note(), note()
    assert "It is the first record" in page(auditor, first)
    assert "It follows record 1" in page(auditor, second)

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE events_auditrecord DISABLE TRIGGER events_auditrecord_append_only")
        cursor.execute("UPDATE events_auditrecord SET reason = 'another' WHERE number = 2")
        cursor.execute("DELETE FROM events_auditrecord WHERE number = 1")
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE events_auditrecord ENABLE TRIGGER events_auditrecord_append_only")

    assert "has no record before it" in page(auditor, second)
    assert "It follows record 2" in page(auditor, third)
    assert auditor.get(f"{LIST}1/change/").status_code == 302


def test_the_history_of_a_rule_leads_to_its_records(auditor: Client) -> None:
    rule = save_rule(RoutingRule(name="a"), [Target(made.destination().pk)], expected=None, by=None)
    note(subject_id=rule.pk + 1)
    address = reverse("admin:routing_routingrule_history", args=[rule.pk])

    response = auditor.get(address, follow=True)

    assert [one.act for one in response.context["cl"].result_list] == ["rule.created"]
    assert f'href="{address}"' in auditor.get(f"/admin/routing/routingrule/{rule.pk}/change/").content.decode()


def test_who_may_not_read_records_sees_the_history_that_the_admin_keeps() -> None:
    rule = made.rule("a", made.destination())
    address = reverse("admin:routing_routingrule_history", args=[rule.pk])

    assert made.logged_in("routing.view_routingrule").get(address).status_code == 200
    assert made.logged_in("events.view_auditrecord", name="another").get(address).status_code == 403


@pytest.mark.parametrize(
    "path", ["routing/destination", "events/eventtype", "events/apikey", "auth/group", "auth/user"]
)
def test_the_pages_of_what_is_audited_have_that_history(admin_client: Client, path: str) -> None:
    app, model = path.split("/")
    subject = {"eventtype": "event type", "apikey": "API key"}.get(model, model)
    name = "username" if model == "user" else "name"
    row = apps.get_model(app, model)._default_manager.create(**{name: "somebody"})

    response = admin_client.get(f"/admin/{path}/{row.pk}/history/")

    assert response.status_code == 302
    assert response["Location"].endswith(f"?subject={subject.replace(' ', '+')}&subject_id={row.pk}")
