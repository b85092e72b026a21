"""The packages that are installed: their licences, and a bill of materials (CycloneDX 1.6)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings

from ems.version import version

LOCKS = (
    "requirements.lock",
    "requirements-ai.lock",
    "requirements-import.lock",
    "requirements-observe.lock",
)
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
LICENCE = "License :: OSI Approved :: "
LONGEST = 60  # some put the whole text where its name belongs


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a lock: name, exact version, licence, SHA-256 of the files it may come as."""

    name: str
    version: str
    licence: str
    hashes: Sequence[str]


def packages() -> list[Package]:
    """Every package of the locks that is for running EMS, once, by name."""
    found: dict[str, Package] = {}
    for lock in LOCKS:
        for package in _of_lock(Path(settings.BASE_DIR) / lock):
            found.setdefault(package.name, package)
    return [found[name] for name in sorted(found, key=str.casefold)]


def _of_lock(lock: Path) -> Iterator[Package]:
    name, number, hashes = "", "", list[str]()
    for line in [*lock.read_text(encoding="utf-8").splitlines(), "end==0"]:
        hashes += HASH.findall(line)
        if pin := PIN.match(line):
            if name:
                yield Package(name, number, licence_of(name), tuple(hashes))
            (name, number), hashes = pin.groups(), []


def licence_of(name: str) -> str:
    """As the installed package says; "not installed" where it is not."""
    try:
        told: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed"
    short = (told.get("License") or "").strip()
    classes = [
        line.removeprefix(LICENCE)
        for line in told.get_all("Classifier") or ()
        if line.startswith(LICENCE)
    ]
    said = told.get("License-Expression") or (short if len(short) < LONGEST else "")
    return said or ", ".join(classes) or "not said"


def bill_of_materials() -> dict[str, Any]:
    """The packages as CycloneDX 1.6 (ECMA-424)."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "ems", "version": version()}
        },
        "components": [_component(package) for package in packages()],
    }


def _component(package: Package) -> dict[str, Any]:
    place = f"pkg:pypi/{package.name.lower()}@{package.version}"
    return {
        "type": "library",
        "bom-ref": place,
        "name": package.name,
        "version": package.version,
        "purl": place,
        "licenses": [{"license": {"name": package.licence}}],
        "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
    }
