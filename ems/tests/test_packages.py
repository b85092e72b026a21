"""Every package has a licence that a company can live with, a reason, and a line in the bill."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from ems.packages import licence_of, packages
from ems.version import version
from manage import pins

BASE = Path(settings.BASE_DIR)
# Used as they are and installed beside EMS, none of it copied into EMS.
WEAK = {"fpdf2", "psycopg", "psycopg-binary", "psycopg-pool"}
FILES = (
    "requirements.txt",
    "requirements-ai.txt",
    "requirements-import.txt",
    "requirements-observe.txt",
)


def wanted() -> set[str]:
    """Names of the packages that are asked for."""
    lines = [pin for name in FILES for pin in pins(BASE / name)]
    return {line.partition("==")[0].partition("[")[0].lower() for line in lines}


def test_nothing_is_under_a_licence_that_would_bind_us() -> None:
    found = {each.name: each.licence for each in packages()}
    assert len(found) > 60
    unknown = {name for name, words in found.items() if words == "not said"}
    assert not unknown
    strong = {name for name, words in found.items() if re.search(r"\bA?GPL", words)}
    assert not strong
    weak = {name for name, words in found.items() if "LGPL" in words}
    assert weak <= WEAK


def test_each_package_that_is_asked_for_has_its_reason() -> None:
    text = (BASE / "docs/packages.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.M)
    named = {name.lower(): words for name, *words in rows}
    assert named.keys() == wanted()
    for name, (_licence, why, instead) in named.items():
        assert len(why) > 10, name
        assert instead.strip(), name


def test_the_bill_of_materials_has_each_with_its_hashes(tmp_path: Path) -> None:
    call_command("packages", "--sbom", str(tmp_path / "sbom.json"))
    found = json.loads((tmp_path / "sbom.json").read_text())
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    assert found["metadata"]["component"]["version"] == version()
    assert len(found["components"]) == len(packages())
    assert wanted() <= {each["name"].lower() for each in found["components"]}
    for each in found["components"]:
        assert each["hashes"], each["name"]
        assert each["purl"] == f"pkg:pypi/{each['name'].lower()}@{each['version']}"


def test_the_command_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("packages")
    assert "\ndjango\t" in capsys.readouterr().out
    assert licence_of("no-such-package") == "not installed"


def test_the_version_is_said_in_one_place() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", version())
