"""Kubernetes and systemd: each file is valid, names only what is there, and fits the program."""

import configparser
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from launcher.places import BASE

pytestmark = pytest.mark.once
KUBERNETES, SYSTEMD = BASE / "deploy/kubernetes", BASE / "deploy/systemd"
# The oldest release that is still looked after.
RELEASE = "1.33"
UNITS = sorted(path.name for path in SYSTEMD.iterdir())
WORKLOADS = {"Deployment", "Job", "CronJob"}


def objects() -> list[dict[str, Any]]:
    """Every object of the manifests, but the kustomization itself."""
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())
    assert {*listed["resources"], "kustomization.yaml"} == {
        path.name for path in KUBERNETES.iterdir()
    }
    texts = [(KUBERNETES / name).read_text() for name in listed["resources"]]
    return [each for text in texts for each in yaml.safe_load_all(text)]


def of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [each for each in objects() if each["kind"] in kinds]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The template of each workload's pods, with its name."""
    for each in of_kind(*WORKLOADS):
        spec = each["spec"]
        if each["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        yield each["metadata"]["name"], spec["template"]


@pytest.mark.parametrize("place", range(len(objects())))
def test_each_object_is_valid(place: int) -> None:
    kubernetes_validate.validate(objects()[place], RELEASE, strict=True)


def test_a_wrong_object_is_seen() -> None:
    (web,) = [
        each for each in of_kind("Deployment") if each["metadata"]["name"] == "ems-web"
    ]
    web["spec"]["replicaz"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(web, RELEASE, strict=True)


def test_selectors_and_names_meet() -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in pods()}
    for each in of_kind("Deployment"):
        chosen = each["spec"]["selector"]["matchLabels"]
        assert chosen.items() <= labels[each["metadata"]["name"]].items()
    (service,) = of_kind("Service")
    assert service["spec"]["selector"].items() <= labels["ems-web"].items()
    (scaler,) = of_kind("HorizontalPodAutoscaler")
    assert scaler["spec"]["scaleTargetRef"]["name"] in labels
    (ingress,) = of_kind("Ingress")
    (rule,) = ingress["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": service["metadata"]["name"], "port": {"name": "http"}}


def test_every_pod_is_bounded_and_may_do_little() -> None:
    for name, pod in pods():
        spec = pod["spec"]
        assert spec["securityContext"]["runAsNonRoot"], name
        assert spec["automountServiceAccountToken"] is False
        (container,) = spec["containers"]
        assert container["resources"]["limits"]["memory"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_probes_ask_addresses_that_exist() -> None:
    routes = (BASE / "ems/urls.py").read_text()
    (web,) = [pod for name, pod in pods() if name == "ems-web"]
    (container,) = web["spec"]["containers"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        path = container[probe]["httpGet"]["path"]
        assert f'"{path.strip("/")}"' in routes
    exposed = re.search(r"^EXPOSE (\d+)", (BASE / "Dockerfile").read_text(), re.M)
    assert exposed
    assert container["ports"][0]["containerPort"] == int(exposed[1])


def test_only_settings_that_ems_knows() -> None:
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", _text(".env.example"), re.M))
    (settings,) = of_kind("ConfigMap")
    assert settings["data"].keys() <= known | {"WEB_CONCURRENCY"}


def _text(name: str) -> str:
    return (BASE / name).read_text(encoding="utf-8")


def test_commands_exist() -> None:
    commands = {path.stem for path in BASE.glob("*/management/commands/*.py")} | {
        path.stem for path in BASE.glob("core/*/management/commands/*.py")
    }
    asked = {
        container["command"][2]
        for _name, pod in pods()
        for container in pod["spec"]["containers"]
        if "command" in container
    }
    starts = [
        line.split()
        for unit in UNITS
        for line in _text(f"deploy/systemd/{unit}").splitlines()
        if line.startswith("ExecStart=")
    ]
    asked |= {words[2] for words in starts}
    assert asked == {"migrate", "work", "backup", "run"}
    assert asked <= commands


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_starts_again_and_may_do_little(unit: str) -> None:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(SYSTEMD / unit)
    if unit.endswith(".timer"):
        assert (SYSTEMD / unit.replace(".timer", ".service")).exists()
        return
    service = parser["Service"]
    assert service["User"] == "ems"
    assert service["NoNewPrivileges"] == "yes"
    if service["Type"] != "oneshot":
        assert service["Restart"] == "always"
        assert service["MemoryMax"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_reads_each_unit(unit: str, tmp_path: Path) -> None:
    for each in UNITS:
        text = _text(f"deploy/systemd/{each}").replace("/usr/bin/python3", "/bin/true")
        (tmp_path / each).write_text(text)
    program = str(shutil.which("systemd-analyze"))
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [program, "verify", "--man=no", str(tmp_path / unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert ours == []
