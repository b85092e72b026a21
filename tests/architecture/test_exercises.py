"""Each solution of an exercise in CONTRIBUTING.md still fits the code that it changes."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.test_sizes import ROOT

pytestmark = pytest.mark.once
SOLUTIONS = sorted((ROOT / "docs/exercises").glob("*.diff"))
CHANGED = re.compile(r"^--- a/(.+)$", re.MULTILINE)
MEND = "Make this change anew on the present code, and keep what `git diff -U1` says of it."
# Against a line that no file has.
STRAY = """\
--- a/reports/tasks.py
+++ b/reports/tasks.py
@@ -1,2 +1,2 @@
-a line that stands nowhere
+another one
 and its neighbour
"""


def apply(diff: str, place: Path) -> subprocess.CompletedProcess[str]:
    """Apply a diff to copies of the files that it changes.

    Copies, because ``git apply`` leaves out, in silence, what lies outside of the directory it is
    run in: below the top of a repository any diff would fit.
    """
    for name in CHANGED.findall(diff):
        if (ROOT / name).exists():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    return subprocess.run(
        ["git", "apply", "--verbose"],  # noqa: S607 - as in test_sizes
        cwd=place,
        env={"PATH": "/usr/bin:/bin", "GIT_CEILING_DIRECTORIES": str(place.parent)},
        input=diff,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.stem)
def test_a_solution_still_applies(solution: Path, tmp_path: Path) -> None:
    diff = solution.read_text()
    done = apply(diff, tmp_path)
    assert done.returncode == 0, f"{done.stderr}\n{MEND}"
    for name in re.findall(r"^\+\+\+ b/(.+)$", diff, re.MULTILINE):
        text = (tmp_path / name).read_text()
        assert not (ROOT / name).exists() or text != (ROOT / name).read_text()
        if name.endswith(".py"):
            ast.parse(text)


@pytest.mark.parametrize("name", ["reports/tasks.py", "reports/gone.py"])
def test_a_stray_diff_is_refused(name: str, tmp_path: Path) -> None:
    done = apply(STRAY.replace("reports/tasks.py", name), tmp_path)
    assert done.returncode != 0
    assert name in done.stderr


def test_each_exercise_names_its_solution() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = re.findall(r"\(docs/exercises/([\w-]+\.diff)\)", text)
    assert sorted(named) == [path.name for path in SOLUTIONS]
    assert len(named) == 3
