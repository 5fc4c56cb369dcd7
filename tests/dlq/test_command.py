import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError

from dlq.models import Operation
from dlq.operations import run as running
from dlq.operations.cancel import cancel
from dlq.operations.lease import claim
from routing.models import Delivery
from tests.routing import made

pytestmark = pytest.mark.django_db


def redrive(*arguments: str) -> tuple[int, str, str]:
    """The exit code, the answer and the talk."""
    out, err = StringIO(), StringIO()
    try:
        call_command("redrive", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


def count(state: str) -> int:
    return Delivery.objects.filter(state=state).count()


def letters(many: int = 3) -> list[Delivery]:
    nats = made.destination()
    return [made.dead(nats) for _ in range(many)]


def test_it_redrives_what_a_search_finds() -> None:
    letters()
    made.dead(made.destination("other"))

    code, out, err = redrive("--filter", "dest:nats since:1h", "--reason", "a test")

    assert code == 0
    assert "3 of 3 redriven: done" in out
    assert "3 of 3" in err
    assert (count("pending"), count("dead")) == (3, 1)
    assert (Operation.objects.get().by, Operation.objects.get().reason) == ("a command", "a test")


@pytest.mark.parametrize("reason", ["x" * 201, "one\ntwo", "\x1b[2Jgone"])
def test_a_reason_is_one_line(reason: str) -> None:
    letters()

    code, _, err = redrive("--all", f"--reason={reason}")

    assert "must be one line, without spaces at its ends, of at most 200 characters" in err
    assert code != 0
    assert count("dead") == 3


def test_it_redrives_those_that_are_named() -> None:
    first, second, _ = letters()

    assert redrive("--ids", str(first.pk), str(second.pk), "999999")[0] == 0
    assert (count("pending"), count("dead")) == (2, 1)


def test_it_redrives_all_of_a_tenant() -> None:
    """H40."""
    nats = made.destination()
    made.dead(nats, made.entry(tenant="acme"))
    made.dead(nats)

    assert redrive("--all", "--tenant", "acme")[0] == 0
    assert (count("pending"), count("dead")) == (1, 1)


def test_a_dry_run_counts_and_does_nothing() -> None:
    """H14."""
    letters()

    code, out, _ = redrive("--all", "--dry-run", "--json")

    assert (code, json.loads(out)) == (0, {"count": 3, "exact": True})
    assert count("dead") == 3
    assert not Operation.objects.exists()


@pytest.mark.parametrize("more", [(), ("--json",), ("--dry-run",)])
def test_nothing_to_redrive_has_a_code_of_its_own(more: tuple[str, ...]) -> None:
    made.destination()

    assert redrive("--filter", "dest:nats", *more)[0] == 3
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    "arguments", [(), ("--all", "--ids", "1"), ("--ids", "x"), ("--filter", "color:red"), ("--filter", "dest:nowhere")]
)
def test_what_cannot_be_meant_is_refused(arguments: tuple[str, ...]) -> None:
    letters()

    code = redrive(*arguments)[0]

    assert code in (1, 2)
    assert count("dead") == 3


def test_without_waiting_workers_do_it() -> None:
    letters()

    code, out, _ = redrive("--all", "--no-wait", "--json")

    assert (code, json.loads(out)["state"], count("dead")) == (0, "waiting", 3)


def test_one_that_is_cancelled_meanwhile_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    letters()

    def cancelled_first(operation_id: int) -> Any:
        token = claim(operation_id)
        cancel(Operation.objects.get(pk=operation_id), by=User(pk=1))
        return token

    monkeypatch.setattr(running, "claim", cancelled_first)

    code, out, _ = redrive("--all")

    assert code == 1
    assert "cancelled" in out
    assert count("dead") == 3
