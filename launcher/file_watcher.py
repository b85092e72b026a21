"""Files that changed since the last look."""

from pathlib import Path

PYTHON = ("*.py", "*.mo")
SKIPPED = {".venv", "var", "tests", "staticfiles", "node_modules", ".git"}


class Watch:
    """Looks at the files below a directory that match the patterns."""

    def __init__(self, base: Path, patterns: tuple[str, ...] = PYTHON) -> None:
        self._base = base
        self._patterns = patterns
        self._seen = self._look()

    def _look(self) -> dict[Path, int]:
        tops = [top for top in self._base.iterdir() if top.name not in SKIPPED]
        files = [top for top in tops if top.is_file()]
        found = {path for path in files if path.match(self._patterns[0])}
        for top in tops:
            if top.is_dir():
                found |= {path for each in self._patterns for path in top.rglob(each)}
        return {path: _changed_at(path) for path in found}

    def has_changed(self) -> bool:
        """Whether one came, went or was written since we were last asked."""
        before, self._seen = self._seen, self._look()
        return before != self._seen


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # gone since it was listed
        return 0
