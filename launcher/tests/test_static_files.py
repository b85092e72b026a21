"""Static files are collected when they are outdated, and changes are seen."""

import importlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import OutputWrapper

from ems.management.commands.build import Command as Build
from launcher import static_files
from launcher.file_watcher import Watch

pytestmark = pytest.mark.once


def test_static_files_are_collected_when_outdated(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, root = tmp_path / "source", tmp_path / "root"
    source.mkdir()
    (source / "a.css").write_text("a{}")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = [
        "django.contrib.staticfiles.finders.FileSystemFinder"
    ]
    settings.STATIC_ROOT = str(root)
    finders: Any = importlib.import_module("django.contrib.staticfiles.finders")
    finders.get_finder.cache_clear()
    said = io.StringIO()
    out = OutputWrapper(said)
    static_files.collect_if_outdated(out)
    static_files.collect_if_outdated(out)
    assert said.getvalue().count("Collecting") == 1
    assert (root / "a.css").exists()
    (source / "a.css").write_text("b{}")
    static_files.collect_if_outdated(out)
    assert said.getvalue().count("Collecting") == 2
    Build(stdout=said).build_frontend()
    assert "static files" in said.getvalue()
    finders.get_finder.cache_clear()


def test_a_place_for_files_is_tried(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    static_files.check_writable()
    assert (tmp_path / "media").is_dir()
    settings.STORAGE = "s3"
    settings.MEDIA_ROOT = "/proc/nowhere"
    static_files.check_writable()


def test_changes_of_files_are_seen(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    file = tmp_path / "app/models.py"
    watch = Watch(tmp_path)
    file.write_text("1")
    assert watch.has_changed()
    assert not watch.has_changed()
    file.unlink()
    assert watch.has_changed()
