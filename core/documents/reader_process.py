"""Reads one document in a process of its own: ``python -m core.documents.reader_process``.

One JSON object comes in on the standard input: path, extension, limits. JSON lines go out: one per
page as it is read, then one that says ``end`` or ``error``. Neither Django nor a secret is in here, and
what the document does to its reader ends with this process. It reaches no network (`sandboxing`).
"""

import importlib
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from core.documents import landlock, sandboxing
from core.documents.model import PICTURES, ReaderLimits, ReadError
from core.documents.output import ReaderOutput
from core.documents.readers.plain import reason_of
from core.files import archives
from core.files.judging import judge

READERS = {
    "pdf": "pdf",
    "docx": "word",
    "pptx": "slides",
    **dict.fromkeys(("xlsx", "xlsb", "xls"), "sheets"),
    "csv": "plain",
    "txt": "plain",
    "dxf": "plain",
    "zip": "plain",
    "rar": "plain",
    **dict.fromkeys(("doc", "ppt", "rtf"), "old_office"),
    **dict.fromkeys(("eml", "msg"), "mail"),
    **dict.fromkeys(PICTURES, "pictures"),
}
# Where tesseract may be needed.
RECOGNISED = {"pdf", *PICTURES}
COMPOUND = {"doc", "xls", "ppt", "msg", "ole", "vsd"}
LARGEST_TEMPORARY_FILE = 256 << 20


def confine(
    limits: ReaderLimits, extension: str, path: Path, folder: Path | None = None
) -> None:
    """Limit memory, time, files and network of this process and of those that it starts.

    Of the files of this machine there are the system's own, the document and ``folder``.
    """
    has_programs = extension in RECOGNISED
    sandboxing.hide_memory()
    landlock.restrict_files(readable=[path], writable=folder, has_programs=has_programs)
    sandboxing.limit(
        memory=limits.memory_bytes,
        seconds=limits.seconds,
        file_size=LARGEST_TEMPORARY_FILE,
    )
    if not has_programs:
        sandboxing.forbid_programs()
    sandboxing.forbid_network(has_programs=has_programs)
    # Also when the parent is no longer there to stop us.
    signal.alarm(limits.seconds + 1)


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand the pages of a document to the output; raises ReadError."""
    if extension not in READERS:
        raise ReadError("unsupported")
    _require_readable(path, extension)
    importlib.import_module(f"core.documents.readers.{READERS[extension]}").read(
        path, extension, output
    )
    output.require_something()


def _require_readable(path: Path, extension: str) -> None:
    """The judge of uploads says what it is; what has a password, or is another kind, is not opened."""
    with path.open("rb") as file:
        if not file.read(1):
            raise ReadError("empty")
        try:
            verdict = judge(file)
        except archives.ArchiveError as error:
            raise ReadError(reason_of(error)) from None
    if verdict.kind == "locked":
        raise ReadError("encrypted")
    # A damaged file is for its reader to say; one of another kind would be read by a wrong one.
    if verdict.kind in COMPOUND and not verdict.fits(extension):
        raise ReadError("broken")


def say(line: dict[str, Any]) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read what is asked; every end of it is a line."""
    asked = json.loads(sys.stdin.readline())
    limits = ReaderLimits(**asked["limits"])
    folder = Path(asked["folder"]) if asked.get("folder") else None
    # Also of tesseract, whose pictures and words lie there for a moment.
    tempfile.tempdir = str(folder) if folder else None
    confine(limits, asked["extension"], Path(asked["path"]), folder)
    output = ReaderOutput(limits, say)
    try:
        read(Path(asked["path"]), asked["extension"], output)
    except ReadError as error:
        say({"is": "error", "reason": error.reason})
    except MemoryError:
        say({"is": "error", "reason": "memory"})
    except RecursionError:
        say({"is": "error", "reason": "broken"})
    except Exception as error:  # noqa: BLE001 - a broken document may raise anything
        say({"is": "error", "reason": "broken", "cause": type(error).__name__})
    else:
        say({"is": "end", "notes": output.notes})


if __name__ == "__main__":
    main()
