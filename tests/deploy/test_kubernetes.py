"""The Kustomize base: complete, restricted, and without a secret's value."""

import shutil
from typing import Any

import pytest
import yaml

from tests.deploy.files import DEPLOY, of_kind, pods, run

PODS = pods()
CONTAINERS = [
    pytest.param(container, id=f"{name}/{container['name']}")
    for name, pod in PODS.items()
    for container in (*pod["containers"], *pod.get("initContainers", []))
]
BASE = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())


def test_every_process_is_there_and_the_migrations() -> None:
    assert {name.removeprefix("event-control-plane-") for name in PODS} == {"web", "worker", "relay", "beat", "migrate"}


def test_every_file_is_part_of_the_base() -> None:
    files = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}

    assert set(BASE["resources"]) == files


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_keeps_to_the_restricted_standard(container: dict[str, Any]) -> None:
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]
    assert container["resources"]["requests"]["cpu"]


@pytest.mark.parametrize("name", sorted(PODS))
def test_every_pod_keeps_to_the_restricted_standard(name: str) -> None:
    pod = PODS[name]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False


def test_h3_no_probe_makes_ingest_or_a_drain_depend_on_redis() -> None:
    """/readyz asks for the broker and the relay: the web takes events in without either."""
    web = PODS["event-control-plane-web"]["containers"][0]

    assert {web[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")} == {
        "/healthz"
    }
    for name in ("worker", "relay", "beat"):
        assert "livenessProbe" not in PODS[f"event-control-plane-{name}"]["containers"][0]


def test_a_probe_names_a_host_that_is_allowed() -> None:
    allowed = dict(word.split("=", 1) for word in BASE["configMapGenerator"][0]["literals"])["ALLOWED_HOSTS"].split(",")
    web = PODS["event-control-plane-web"]["containers"][0]

    [header] = web["livenessProbe"]["httpGet"]["httpHeaders"]
    assert header["name"] == "Host"
    assert header["value"] in allowed


def test_h15_who_is_stopped_may_finish() -> None:
    for name in ("web", "worker", "relay"):
        assert PODS[f"event-control-plane-{name}"]["terminationGracePeriodSeconds"] > 30


def test_what_there_is_several_of_is_never_all_gone() -> None:
    selected = [each["spec"]["selector"]["matchLabels"] for each in of_kind("PodDisruptionBudget")]

    for deployment in of_kind("Deployment"):
        if deployment["spec"]["replicas"] > 1:
            assert deployment["spec"]["selector"]["matchLabels"] in selected
            assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_h46_secrets_are_named_and_never_given() -> None:
    assert of_kind("Secret") == []
    for pod in PODS.values():
        [volume] = [volume for volume in pod["volumes"] if "secret" in volume]
        assert volume["secret"]["secretName"] == "event-control-plane"


def test_nothing_starts_before_the_migrations() -> None:
    for name in ("web", "worker", "relay", "beat"):
        [wait] = PODS[f"event-control-plane-{name}"]["initContainers"]
        assert wait["command"][-2:] == ["migrate", "--check"]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not there to render the base")
def test_kustomize_renders_it() -> None:
    rendered = run("kubectl", "kustomize", "deploy/kubernetes")

    assert rendered.returncode == 0, rendered.stderr
    kinds = [each["kind"] for each in yaml.safe_load_all(rendered.stdout)]
    assert kinds.count("Deployment") == 4
    assert {"Job", "Service", "PodDisruptionBudget", "ConfigMap", "ServiceAccount"} <= set(kinds)
