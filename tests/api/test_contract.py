"""The OpenAPI document is true: schemathesis finds nothing to object to in a running server."""

import re
import subprocess
import sys

import pytest

from events.api_keys import Scope, issue_key
from routing.publish_table import publish
from tests.api.contract import document
from tests.api.serving import ROOT, serving
from tests.routing import made

# Named as in the examples of the document. Nothing listens there.
AWAY = {"nats": {"servers": ["nats://127.0.0.1:9"]}, "eventbridge": {"endpoint": "http://127.0.0.1:9"}}
RUN = [sys.executable, "-m", "schemathesis.cli", "run", "--checks", "all", "--no-color"]


@pytest.fixture
def secret() -> str:
    """Of a key that may do everything, where there is something of each kind."""
    destination = made.destination("nats", kind="nats", config=AWAY["nats"])
    made.destination("eventbridge", kind="eventbridge", config=AWAY["eventbridge"])
    made.rule("everything", destination)
    publish(note="the first", by=None)
    made.dead(destination, made.entry(id="died"))
    made.unrouted(id="unwanted")
    return issue_key("schemathesis", list(Scope))[1]


def run(database_url: str, secret: str, *options: str) -> str:
    """What schemathesis says of a running server; it finds nothing to object to."""
    with serving(database_url) as address:
        told = [f"{address}/api/v1/openapi.json", "--header", f"Authorization: Bearer {secret}", *options]
        found = subprocess.run([*RUN, *told], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]
    return found.stdout


def number(said: str, pattern: str) -> int:
    found = re.search(pattern, said)
    assert found is not None, said[-5_000:]
    return int(found[1])


@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
def test_a_running_server_keeps_what_its_document_promises(database_url: str, secret: str) -> None:
    """Of every operation: examples, bounds of each schema, random requests, and chains of linked ones. H20, H25."""
    said = run(database_url, secret)

    assert number(said, r"Tested: (\d+)") == sum(len(path) for path in document()["paths"].values())


@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["rules", "destinations", "pii/policies"])
def test_what_is_made_can_be_read_replaced_by_its_etag_and_deleted(database_url: str, secret: str, what: str) -> None:
    """In chains along the links of the document, alone: among all operations few chains would get that far. H47."""
    only = ["--phases", "stateful", "--include-path-regex", f"^/api/v1/{what}"]
    said = run(database_url, secret, *only)

    followed, links = number(said, r"API Links:\s+(\d+) covered"), number(said, r"/ (\d+) selected")
    assert followed >= 0.7 * links
