"""`manage.py load_catalogue`, as people and scripts meet it."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from events.catalogue.read import catalogue
from events.models import EventType, LegacyType, SchemaVersion
from events.schemas.registry.activate import activate
from events.schemas.registry.types import save_type
from events.schemas.registry.versions import save_draft

pytestmark = pytest.mark.django_db

FIRST = catalogue()[0].name


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_catalogue", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_how_many_types_it_made_and_how_many_were_there() -> None:
    first, second = run(), run()

    assert (first, second) == ("58 created\n", "58 unchanged\n")


def test_it_tells_programs_which() -> None:
    answer = json.loads(run("--json"))

    names = [one.name for one in catalogue()]
    assert answer == {"created": names, "updated": [], "drafted": [], "unchanged": [], "refused": {}}


def test_it_fails_where_somebody_must_look_and_says_at_what() -> None:
    save_legacy(FIRST)
    out = StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("load_catalogue", stdout=out)

    assert ended.value.code == 1
    assert out.getvalue().splitlines()[0] == "57 created, 1 refused"
    assert f"  {FIRST}: refused: /name:" in out.getvalue()


def test_it_ends_with_a_code_of_its_own_where_the_database_cannot_be_read() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_eventtype RENAME TO events_eventtype_away")

    with pytest.raises(CommandError, match="The catalogue was not loaded") as ended:
        run()

    assert ended.value.returncode == 2


def save_legacy(name: str) -> None:
    """A legacy type of this name, which keeps the type from being made."""
    other = save_type(EventType(name="com.example.thing.made"), expected=None, by=None)
    version = save_draft(SchemaVersion(event_type=other), "true", expected=None, by=None)
    version = activate(version, note="", expected=version.revision, by=None)
    LegacyType.objects.create(name=name, version=version)
