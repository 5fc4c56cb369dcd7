"""The demo from end to end, on real parts: what the README promises in its first minute."""

import asyncio
import http.client
import json
import os
import signal
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.msg import Msg

from tests.quickstart.demo_run import DemoRun, copy_checkout

# All of a run in one process of a parallel test run: they share the checkout.
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Observed:
    """What one run showed before it was stopped by Ctrl-C."""

    services: dict[str, Any]
    answer: dict[str, Any]
    message: Msg
    css: int
    children: Mapping[int, str]
    status: int
    text: str


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose path has a space in it."""
    return copy_checkout(tmp_path_factory.mktemp("a checkout"))


@pytest.fixture(scope="module")
def first(checkout: Path) -> Observed:
    return observe(checkout)


@pytest.fixture(scope="module")
def second(checkout: Path, first: Observed) -> Observed:
    return observe(checkout)


def observe(checkout: Path) -> Observed:
    with DemoRun(checkout) as run:
        run.wait_until_ready()
        services = run.services
        answer = paste(run)
        message = asyncio.run(message_of(answer["events"][0]["event_id"], services))
        css, children = css_status(services["web"]), run.descendants()
        status = run.interrupt()
    return Observed(services, answer, message, css, children, status, run.text)


def paste(run: DemoRun) -> dict[str, Any]:
    line = next(line for line in run.lines if line.startswith("curl "))
    answer = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True, timeout=30)
    parsed: dict[str, Any] = json.loads(answer.stdout)
    return parsed


async def message_of(event_id: str, services: Mapping[str, Any]) -> Msg:
    """What a plain consumer of the stream gets for the event."""
    client = await nats.connect(services["nats"])
    subscription = await client.jetstream().subscribe("events.>", stream=services["stream"])
    message = await subscription.next_msg(timeout=30)
    while (message.headers or {}).get("ce-id") != event_id:
        message = await subscription.next_msg(timeout=30)
    await client.close()
    return message


def css_status(web: str) -> int:
    request = http.client.HTTPConnection(web.removeprefix("http://"), timeout=10)
    request.request("GET", "/static/admin/css/base.css")
    status = request.getresponse().status
    request.close()
    return status


def alive(pids: Mapping[int, str]) -> dict[int, str]:
    return {pid: command for pid, command in pids.items() if Path(f"/proc/{pid}").exists()}


def test_the_pasted_line_puts_an_event_into_jetstream(first: Observed) -> None:
    assert first.answer["events"][0]["duplicate"] is False
    assert first.message.headers is not None
    assert first.message.headers["ce-type"] == "com.foundry.oms.schema.created"


def test_the_admin_has_its_styles(first: Observed) -> None:
    assert first.css == http.client.OK


def test_ctrl_c_leaves_no_process(first: Observed) -> None:
    assert first.status == 0, first.text
    assert len(first.children) > 8
    assert alive(first.children) == {}


def test_scripts_find_everything_in_a_private_file(first: Observed, checkout: Path) -> None:
    names = {"web", "nats", "redis", "aws", "database", "admin", "api_key", "event_bus", "stream"}
    services = checkout / ".quickstart" / "services.json"

    assert names <= first.services.keys()
    assert first.services["admin"].keys() == {"username", "password"}
    assert stat.S_IMODE(services.stat().st_mode) == 0o600
    assert stat.S_IMODE(services.parent.stat().st_mode) == 0o700


def test_the_second_start_keeps_who_may_use_it(first: Observed, second: Observed) -> None:
    assert second.services["admin"] == first.services["admin"]
    assert second.services["api_key"] == first.services["api_key"]


def test_the_second_start_keeps_the_data(first: Observed, second: Observed) -> None:
    assert second.message.metadata.sequence.stream > first.message.metadata.sequence.stream


@pytest.mark.parametrize("part", ["-Q relay", "nats-server"])
def test_a_child_that_dies_is_reported_and_ends_the_whole(checkout: Path, part: str) -> None:
    with DemoRun(checkout) as run:
        run.wait_until_ready()
        children = run.descendants()

        os.kill(min(pid for pid, command in children.items() if part in command), signal.SIGKILL)
        status = run.wait()

    assert status != 0
    assert "ended with status -9. Its last lines:" in run.text
    assert alive(children) == {}


def test_it_refuses_real_aws_credentials(checkout: Path) -> None:
    with DemoRun(checkout, AWS_PROFILE="work") as run:
        status = run.wait()

    assert status != 0
    assert "AWS_PROFILE" in run.text
    assert "AWS_ENDPOINT_URL" in run.text
