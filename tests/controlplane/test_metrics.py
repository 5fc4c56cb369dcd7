"""/metrics, and the dashboard and alerts that are made of it."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

import routing.metrics  # noqa: F401
from controlplane.embedded.ports import free_port
from events.api_keys import Scope, issue_key
from events.clock import database_now
from routing.models import Depth
from routing.numbers.gauges import DatabaseGauges
from tests.routing.made import destination

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SUFFIXES = ("", "_bucket", "_sum", "_count")
NAME = re.compile(r"\b(?:event_control_plane|django_http)_[a-z_]+")
WORKER = """
import os, time
from controlplane.monitoring.counted import serve_of_worker
serve_of_worker()
from routing import metrics
if not os.fork():
    metrics.RELAYED.inc(42)
    os._exit(0)
os.wait()
print("ready", flush=True)
time.sleep(30)
"""


def samples(text: str) -> dict[str, dict[str, float]]:
    """Values by metric and labels, as the parser of Prometheus' own client reads them."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def scrape(client: Client, **headers: str) -> dict[str, dict[str, float]]:
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    return samples(response.content.decode())


@pytest.mark.django_db
def test_it_tells_how_much_stands_where_and_who_is_there(client: Client) -> None:
    nats = destination("nats", paused=True)
    Depth.objects.create(queue="pending", destination_id=nats.pk, count=7, oldest_at=database_now())
    Depth.objects.create(queue="unrouted", count=3)

    found = scrape(client)

    assert found["event_control_plane_depth"]["destination=nats,queue=pending"] == 7
    assert found["event_control_plane_depth"]["destination=nats,queue=dead"] == 0
    assert found["event_control_plane_depth"]["destination=,queue=unrouted"] == 3
    assert found["event_control_plane_destination_paused"]["destination=nats"] == 1
    assert found["event_control_plane_destination_up"]["destination=nats"] == 1
    assert found["event_control_plane_relay_workers"][""] == 0
    assert found["event_control_plane_measure_age_seconds"][""] < 30
    assert found["event_control_plane_database_up"][""] == 1


@pytest.mark.django_db
def test_the_measure_is_endlessly_old_before_the_first(client: Client) -> None:
    found = scrape(client)

    assert found["event_control_plane_measure_age_seconds"][""] == float("inf")


@pytest.mark.django_db
def test_a_scrape_takes_as_many_queries_with_ten_destinations_as_with_none(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(10):
        destination(f"nats-{number}")

    with django_assert_num_queries(7):
        list(DatabaseGauges().collect())


@pytest.mark.django_db
def test_without_a_database_it_says_so_and_nothing_else_of_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE routing_depth RENAME TO routing_gone")

    [only] = DatabaseGauges().collect()

    assert only.name == "event_control_plane_database_up"
    assert only.samples[0].value == 0


@pytest.mark.django_db
def test_outside_development_it_is_for_a_key_that_may_read(client: Client, settings: Settings) -> None:
    """H40"""
    settings.ENVIRONMENT = "production"
    _, reads = issue_key("prometheus", [Scope.READ])
    _, writes = issue_key("producer", [Scope.WRITE])

    statuses = [
        client.get("/metrics", headers=headers).status_code
        for headers in (
            {},
            {"Authorization": "Bearer ecp_a_b"},
            {"Authorization": f"Bearer {writes}"},
            {"Authorization": f"Bearer {reads}"},
        )
    ]

    assert statuses == [401, 401, 403, 200]


@pytest.mark.django_db
def test_a_method_that_nobody_knows_makes_no_label_of_its_own(client: Client) -> None:
    client.generic("MARKER7", "/healthz")

    answer = client.get("/metrics").content.decode()

    assert "MARKER7" not in answer
    assert 'method="<invalid method>",status="405",view="healthz"' in answer


def test_the_process_of_a_worker_serves_what_its_children_counted(tmp_path: Path) -> None:
    port = free_port()
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "new"), "METRICS_PORT": str(port)}
    env["METRICS_HOST"] = "127.0.0.1"
    worker = subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert worker.stdout is not None
        while (line := worker.stdout.readline()) and "ready" not in line:
            pass
        request = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        request.request("GET", "/metrics")
        found = samples(request.getresponse().read().decode())
        request.close()
    finally:
        worker.kill()
        worker.communicate()

    assert found["event_control_plane_relayed_total"][""] == 42


def wanted(text: str) -> set[str]:
    return set(NAME.findall(text))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["grafana/dashboard.json", "prometheus/alerts.yaml", "prometheus/alerts_test.yaml"])
def test_every_metric_that_is_drawn_or_watched_is_told(client: Client, path: str) -> None:
    client.get("/healthz")
    destination("nats")

    text = client.get("/metrics").content.decode()

    told = {f"{name}{suffix}" for name in re.findall(r"^# TYPE (\S+)", text, re.M) for suffix in SUFFIXES}
    assert wanted((DEPLOY / path).read_text()) - told == set()


def test_the_dashboard_names_no_panel_twice_and_overlaps_none() -> None:
    panels = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())["panels"]

    places = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len({panel["title"] for panel in panels}) == len(panels)
    assert len(set(places)) == len(places)
    assert max(x for x, _ in places) < 24


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on PATH")
def test_the_alerts_do_what_their_tests_say() -> None:
    for command in (["check", "rules", "alerts.yaml"], ["test", "rules", "alerts_test.yaml"]):
        done = subprocess.run(
            ["promtool", *command], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, done.stdout + done.stderr
