"""One record for each act, chained so that a changed or missing one shows."""

import json
import threading
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command, load_command_class
from django.db import IntegrityError, connection, transaction

from controlplane.embedded.moto import REGION, MotoServer
from events.audit.anchors import AnchorError, parse_anchors
from events.audit.chain import Link, digest_of
from events.audit.record import record
from events.audit.verify import Verified, verify
from events.models import AuditRecord
from events.models.audit import AuditError
from events.who import Caller

pytestmark = pytest.mark.django_db(transaction=True)
CHANGE = "UPDATE events_auditrecord SET reason = 'another' WHERE number = 2"


def act(**values: Any) -> AuditRecord:
    with transaction.atomic():
        record("rule.saved", "rule", 7, **{"before": {"a": 1}, "after": {"a": 2}, "by": None} | values)
    return AuditRecord.objects.latest("number")


def acts(count: int) -> None:
    for number in range(count):
        act(reason=f"for {number}")


def in_sql(statement: str) -> None:
    """As somebody would who may take the trigger away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE events_auditrecord DISABLE TRIGGER events_auditrecord_append_only")
        cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE events_auditrecord ENABLE TRIGGER events_auditrecord_append_only")


@transaction.atomic
def truncate(what: str) -> None:
    """With the trigger as a migration leaves it: for the suite's own cleaning up it is disabled."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_auditrecord ENABLE TRIGGER events_auditrecord_no_truncate")
        cursor.execute(f"TRUNCATE {what}")


def broken() -> tuple[int, str]:
    found = verify().broken
    assert found is not None
    return found


def test_a_record_says_who_did_what_from_what_to_what_and_why() -> None:
    user = User.objects.create(username="ada")

    act(by=user, reason="the old one was slow")
    act(by=Caller(3, "a script", "shop", frozenset()))

    second, first = AuditRecord.objects.all()
    assert (first.by, first.act, first.subject, first.subject_id) == (f"user {user.pk}", "rule.saved", "rule", "7")
    assert (first.before, first.after, first.reason) == ('{"a": 1}', '{"a": 2}', "the old one was slow")
    assert (second.by, second.tenant, second.previous) == ("API key 3", "shop", first.digest)
    assert first.at <= second.at


def test_an_act_that_is_rolled_back_leaves_no_record() -> None:
    with transaction.atomic():
        record("rule.saved", "rule", by=None)
        transaction.set_rollback(True)

    assert not AuditRecord.objects.exists()
    with pytest.raises(transaction.TransactionManagementError):
        record("rule.saved", "rule", by=None)


def test_acts_at_once_make_one_chain() -> None:
    def some() -> None:
        acts(5)
        connection.close()

    threads = [threading.Thread(target=some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert verify() == Verified(20, None)


def test_the_application_neither_changes_nor_removes_one() -> None:
    made = act()

    with pytest.raises(AuditError):
        AuditRecord.objects.update(reason="x")
    with pytest.raises(AuditError):
        AuditRecord.objects.all().delete()
    with pytest.raises(AuditError):
        made.delete()


def test_the_database_refuses_too() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no trigger for it")
    acts(2)

    for statement in (CHANGE, "DELETE FROM events_auditrecord"):
        with pytest.raises(IntegrityError, match="neither changed nor removed"), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("what", ["events_auditrecord", "events_apikey, events_auditrecord CASCADE"])
def test_h45_the_database_refuses_its_owner_to_empty_the_table(what: str) -> None:
    """An emptied table would begin a chain anew, which is whole to whoever has no anchor."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    acts(2)

    with pytest.raises(IntegrityError, match="neither changed nor removed"):
        truncate(what)

    assert verify() == Verified(2, None)


def test_h45_a_changed_record_is_named() -> None:
    acts(3)

    in_sql(CHANGE)

    assert broken() == (2, "was changed")


def test_h45_a_removed_record_is_named() -> None:
    acts(4)

    in_sql("DELETE FROM events_auditrecord WHERE number = 3")

    assert broken() == (3, "is missing")


def test_h45_one_that_was_written_anew_with_its_digest_breaks_the_next() -> None:
    acts(3)
    forged = AuditRecord.objects.get(number=2)

    in_sql(CHANGE)
    link = Link(*AuditRecord.objects.filter(number=2).values_list(*Link._fields).get())
    in_sql(f"UPDATE events_auditrecord SET digest = '{digest_of(link)}' WHERE number = 2")  # noqa: S608

    assert forged.digest != digest_of(link)
    assert broken()[0] == 3


def test_a_cut_tail_shows_by_the_anchor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    acts(3)
    place = str(tmp_path / "anchors")
    call_command("audit", "anchor", place)

    in_sql("DELETE FROM events_auditrecord WHERE number = 3")

    assert verify().broken is None
    with pytest.raises(CommandError, match="Record 3 was anchored and is missing") as raised:
        call_command("audit", "verify", "--anchors", place)
    assert raised.value.returncode == 1


def test_a_chain_that_was_written_anew_shows_by_the_anchor(tmp_path: Path) -> None:
    acts(2)
    place = str(tmp_path / "anchors")
    call_command("audit", "anchor", place)
    in_sql("DELETE FROM events_auditrecord")

    acts(2)

    with pytest.raises(CommandError, match="Record 2 is not the record that was anchored"):
        call_command("audit", "verify", "--anchors", place)


def test_anchors_are_kept_in_s3_as_well(moto: MotoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    bucket = boto3.client("s3")
    bucket.create_bucket(Bucket="anchors", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    for _ in range(2):
        act()
        call_command("audit", "anchor", "s3://anchors/audit")

    kept = bucket.get_object(Bucket="anchors", Key="audit")["Body"].read().decode()
    assert [anchor.number for anchor in parse_anchors(kept)] == [1, 2]
    call_command("audit", "verify", "--anchors", "s3://anchors/audit")
    with pytest.raises(CommandError, match="S3 does not take or give"):
        call_command("audit", "anchor", "s3://missing/audit")


@pytest.mark.parametrize(
    "place", ["s3://anchors", "s3://anchors/", "s3:///audit", "s3://a b/audit", "s3://[/a", "s3://b/k?x"]
)
@pytest.mark.parametrize("words", [["anchor"], ["verify", "--anchors"]])
def test_a_place_in_s3_that_is_none_is_told_with_its_form(words: list[str], place: str) -> None:
    act()

    with pytest.raises(CommandError, match="must be s3://bucket/key") as raised:
        call_command("audit", *words, place)

    assert raised.value.returncode == 2


def test_verify_answers_programs(capsys: pytest.CaptureFixture[str]) -> None:
    acts(3)
    call_command("audit", "verify", "--json")
    in_sql(CHANGE)

    with pytest.raises(CommandError) as raised:
        call_command("audit", "verify", "--json")

    whole, ill = map(json.loads, capsys.readouterr().out.splitlines())
    assert whole == {"records": 3, "whole": True, "broken": None}
    assert ill == {"records": 3, "whole": False, "broken": {"number": 2, "what": "was changed"}}
    assert raised.value.returncode == 1


@pytest.mark.parametrize("words", [[], ["verify"], ["anchor"]])
def test_the_help_says_what_the_exit_codes_mean(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        load_command_class("events", "audit").run_from_argv(["manage.py", "audit", *words, "--help"])

    assert "exit codes:\n  0  " in capsys.readouterr().out


def test_one_record_is_counted_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    act()

    call_command("audit", "verify")

    assert capsys.readouterr().out == "1 record, the chain is whole.\n"


@pytest.mark.parametrize("text", ["{", '{"number": 1}', '{"number": "x", "digest": ""}', "[1]"])
def test_what_is_no_anchor_is_said_with_its_line(text: str) -> None:
    with pytest.raises(AnchorError, match="line 2"):
        parse_anchors(f"\n{text}")
