"""Static files as production serves them: hashed, compressed, collected when outdated."""

import fcntl
import hashlib
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import OutputWrapper

MIB = 2**20
STAMP = "sources.sha256"
# Comes with the API's documentation, and none of our pages loads it: half of all bytes.
UNUSED = ["redoc", "swagger-ui-es-bundle*"]


def check_writable() -> None:
    """Find out now, and not at the first upload, that files cannot be kept."""
    if settings.STORAGE == "files":
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT):
            pass


def collect_if_outdated(out: OutputWrapper) -> None:
    """Collect when the sources are not those that were collected last."""
    if _collected(Path(settings.STATIC_ROOT)) != sources():
        collect(out)


def collect(out: OutputWrapper) -> None:
    """Collect; of several that start together only the first does the work."""
    root, digest = Path(settings.STATIC_ROOT), sources()
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _collected(root) != digest:
            out.write("Collecting static files ...")
            call_command(
                "collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED
            )
            (root / STAMP).write_text(digest, encoding="utf-8")


def _collected(root: Path) -> str:
    stamp = root / STAMP
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def sources() -> str:
    """Return one digest of all source files, by content: a copied tree has new dates."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(path.encode())
            digest.update(Path(storage.path(path)).read_bytes())
    return digest.hexdigest()


def collected_size() -> tuple[int, float]:
    """Return count and MiB of what was collected."""
    root = Path(settings.STATIC_ROOT)
    files = [path for path in root.rglob("[!.]*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files) / MIB
