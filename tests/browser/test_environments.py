"""Personal data in eight disguises in each environment: what the preview says, and what stream and bus then hold."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.consumers import Bus, Received, behind_the_bus, from_stream
from tests.browser.demo import Demo
from tests.browser.environments import webs
from tests.pii.test_disguises import DISGUISED, ENVIRONMENTS, SUBJECT

DONE = {"development": "LOG", "staging": "ANONYMIZE", "production": "ENCRYPT"}


@pytest.fixture(scope="module")
def places(demo: Demo) -> Iterator[dict[str, Demo]]:
    with webs(demo, "staging", "production") as elsewhere:
        yield {"development": demo, **elsewhere}


@pytest.fixture(scope="module")
def bus(demo: Demo) -> Iterator[Bus]:
    with behind_the_bus(demo) as bus:
        yield bus


@pytest.fixture
def event_type(demo: Demo) -> str:
    """Registered, as staging and production want it; by its name the demo sends it to both platforms."""
    name = f"com.shop.schema.t{uuid4().hex[:8]}"
    demo.api("POST", "/schemas/types", {"name": name})
    return name


def wrong_with(received: Received, environment: str) -> dict[str, Any]:
    """What does not have the form that is due there."""
    expected, subject = ENVIRONMENTS[environment]
    told = {name: value for name, value in received.data.items() if not re.fullmatch(expected[name], json.dumps(value))}
    missing = {name: None for name in expected if name not in received.data}
    return told | missing | ({} if re.fullmatch(subject, received.subject) else {"subject": received.subject})


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_h31_stream_and_bus_hold_each_disguise_as_the_environment_wants_it(
    page: Page, demo: Demo, places: dict[str, Demo], bus: Bus, event_type: str, environment: str
) -> None:
    event_id = f"disguised-{uuid4().hex}"

    entry = places[environment].post(event_id, event_type, subject=SUBJECT, data=DISGUISED)

    assert demo.receivers(entry) == ["eventbridge", "nats"]
    streamed, bused = from_stream(demo, entry), bus.received(event_id)
    assert streamed == bused
    assert wrong_with(streamed, environment) == {}
    page.goto(f"/admin/events/outboxentry/?q={entry}")
    assert json.loads(page.locator("#event-data").inner_text()) == streamed.data
    acts = page.locator(".ev-facts").filter(has_text="decided by")
    expect(acts.get_by_text(DONE[environment], exact=True)).to_have_count(7 if environment == "production" else 8)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_preview_of_an_environment_says_what_its_consumers_would_get(
    page: Page, event_type: str, environment: str
) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "/shop", "type": event_type, "subject": SUBJECT}

    page.goto("/admin/events/piipolicy/preview/?policies=published")
    page.get_by_label("Environment").select_option(environment)
    page.get_by_label("Data, or a whole event").fill(json.dumps({**event, "data": DISGUISED}))

    beside = page.get_by_role("region", name="What would become of it")
    expect(beside).to_contain_text(f"{DONE[environment]} us_ssn at /data/zero-width")
    after = "\n".join(beside.get_by_role("cell").and_(beside.locator(".pd-right")).all_inner_texts())
    subject = beside.locator(".pd-attributes dt", has_text="subject").locator("+ dd code").last.inner_text()
    assert wrong_with(Received(subject, json.loads(after)), environment) == {}
