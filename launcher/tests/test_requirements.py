"""What is installed: named for people in one file, hashed in the other."""

import itertools
import re
from pathlib import Path

import pytest

from launcher.places import BASE
from manage import lock_of, pins

pytestmark = pytest.mark.once
FILES = (
    "requirements.txt",
    "requirements-ai.txt",
    "requirements-import.txt",
    "requirements-observe.txt",
    "requirements-dev.txt",
)
SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}( \\)?")


def versions(file: Path) -> dict[str, str]:
    """Version by name, as PyPI spells it."""
    pairs = (pin.split("==") for pin in pins(file))
    return {
        re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower(): version.strip()
        for name, version in pairs
    }


@pytest.mark.parametrize("name", FILES)
def test_the_lock_has_what_is_asked_for(name: str) -> None:
    wanted = BASE / name
    missing = versions(wanted).items() - versions(lock_of(wanted)).items()
    assert not missing, "write the locks anew with .ci/lock"


@pytest.mark.parametrize("name", FILES)
def test_every_file_that_may_be_installed_is_hashed(name: str) -> None:
    lines = lock_of(BASE / name).read_text(encoding="utf-8").splitlines()
    hashes = 0
    for line in reversed(lines):
        if line.startswith("    "):
            assert SHA256.fullmatch(line.strip()), line
            hashes += 1
        elif not line.startswith("#"):
            # An exact version, with hashes below it, and no address of anybody's index.
            assert re.match(r"^[a-z0-9][a-z0-9.-]*==\S+ ", line), line
            assert hashes, line
            hashes = 0


def test_what_is_in_two_locks_has_one_version() -> None:
    locks = [versions(lock_of(BASE / name)) for name in FILES]
    for one, other in itertools.combinations(locks, 2):
        assert {n: one[n] for n in one.keys() & other} == {
            n: other[n] for n in one.keys() & other
        }


def test_the_image_installs_with_hashes() -> None:
    text = (BASE / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install ([^&\n]*)", text)
    assert installs
    assert all("--require-hashes" in each for each in installs)
