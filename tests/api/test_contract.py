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

RUN = [sys.executable, "-m", "schemathesis.cli", "run", "--checks", "all", "--no-color"]


@pytest.mark.timeout(400)
@pytest.mark.django_db(transaction=True)
def test_a_running_server_keeps_what_its_document_promises(database_url: str) -> None:
    """Of every operation: examples, bounds of each schema, random requests, and chains of linked ones. H20, H25."""
    destination = made.destination("nats")
    made.rule("everything", destination)
    publish(note="the first", by=None)
    made.dead(destination, made.entry(id="died"))
    made.unrouted(id="unwanted")
    _, secret = issue_key("schemathesis", list(Scope))

    with serving(database_url) as address:
        told = [f"{address}/api/v1/openapi.json", "--header", f"Authorization: Bearer {secret}"]
        found = subprocess.run([*RUN, *told], cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]
    tested = re.search(r"Tested: (\d+)", found.stdout)
    operations = sum(len(path) for path in document()["paths"].values())
    assert tested is not None
    assert int(tested[1]) == operations
