"""The text, tables and pages of a document, read in a child process that cannot harm us."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from django.utils.translation import gettext as _

from core.documents.model import (
    DEFAULT,
    EXTENSIONS,
    VERSIONS,
    DocumentPage,
    ReaderLimits,
    Reason,
)

__all__ = [
    "DEFAULT",
    "EXTENSIONS",
    "VERSIONS",
    "DocumentPage",
    "Extract",
    "ExtractionError",
    "ReaderLimits",
    "extract",
    "sentences_of",
]

ROOT = Path(__file__).resolve().parents[2]
# What a child may know of its surroundings: no address, no password, no key.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "TESSDATA_PREFIX")
GRACE = 2.0
# Of what a reader has to say: more than a page shows helps nobody.
MOST_NOTES = 40
REASONS: tuple[Reason, ...] = get_args(Reason)
# By how the child was ended, when it could not say so itself.
ENDINGS: dict[int, Reason] = {
    signal.SIGXCPU: "time",
    signal.SIGALRM: "time",
    signal.SIGABRT: "memory",
    signal.SIGXFSZ: "too_large",
}

OnPage = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Extract:
    """The content of a document. notes: sentences about what could not be read.

    said: the same before it became sentences, to be kept and said in the language of the day.
    """

    pages: tuple[DocumentPage, ...]
    notes: tuple[str, ...]
    said: tuple[dict[str, Any], ...] = ()


class ExtractionError(Exception):
    """The document cannot be read.

    reason: one of encrypted, broken, unsupported, too_large, time, memory, empty.
    sentence: what happened and what to do, in the language that is active.
    """

    def __init__(self, reason: Reason, sentence: str = "") -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.sentence = sentence or sentence_of(reason)


def sentence_of(reason: Reason) -> str:
    """A reason in words for a person, translated."""
    return {
        "encrypted": _(
            "The document is protected by a password. Save a copy without a password and upload that."
        ),
        "broken": _(
            "The document is damaged and cannot be read. Open it in its own program, save it again and upload it."
        ),
        "unsupported": _("The text of this type of file cannot be read. Read are: %s.")
        % ", ".join(EXTENSIONS),
        "too_large": _(
            "The document unpacks to more than can be read. Split it into smaller ones."
        ),
        "time": _("Reading the document took too long. Split it into smaller ones."),
        "memory": _(
            "Reading the document took too much memory. Split it into smaller ones."
        ),
        "empty": _("There is no text in the document."),
    }[reason]


def extract(
    path: Path,
    *,
    extension: str,
    limits: ReaderLimits = DEFAULT,
    on_page: OnPage | None = None,
) -> Extract:
    """Read a document in a child process.

    path: a file on this machine; its name says nothing.
    extension: what it is, in lower case without the dot, e.g. ``pdf``.
    limits: of time, memory, pages and characters.
    on_page: called with (pages done, pages in all) after each page, in the caller's thread. What it
        raises ends the child and comes through.

    Raises ExtractionError; never another error for what is in the file.
    """
    pages: list[DocumentPage] = []
    last: dict[str, Any] = {}
    with _child(path, extension, limits) as child:
        for line in _lines(child, limits):
            if line["is"] == "page":
                pages.append(_page(line["page"]))
                if on_page:
                    on_page(len(pages), line["total"])
            else:
                last = line
    _require_end(last, child.returncode)
    said = tuple(last["notes"][:MOST_NOTES])
    return Extract(tuple(pages), sentences_of(said), said)


@contextmanager
def _child(
    path: Path, extension: str, limits: ReaderLimits
) -> Iterator[subprocess.Popen[bytes]]:
    """A child at work, and none afterwards, nor any of its own children, nor what they wrote."""
    folder = tempfile.mkdtemp(prefix="ems-reading-")
    child = subprocess.Popen(
        [sys.executable, "-m", "core.documents.reader_process"],
        cwd=ROOT,
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ}
        | {"OMP_THREAD_LIMIT": "1", "TMPDIR": folder, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # A session of its own: its whole group is ended, whatever it started.
        start_new_session=True,
    )
    # However the reading hangs, the clock ends it.
    clock = threading.Timer(limits.seconds + GRACE, _kill, [child])
    clock.daemon = True
    clock.start()
    asked = {
        "path": str(path.resolve()),
        "extension": extension,
        "folder": folder,
        "limits": asdict(limits),
    }
    try:
        _ask(child, json.dumps(asked).encode() + b"\n")
        yield child
    finally:
        clock.cancel()
        _kill(child)
        shutil.rmtree(folder, ignore_errors=True)
        child.stdout.close()  # type: ignore[union-attr] # it is a pipe


def _ask(child: subprocess.Popen[bytes], asked: bytes) -> None:
    assert child.stdin is not None  # noqa: S101 - a pipe, for mypy
    try:
        child.stdin.write(asked)
        child.stdin.close()
    except BrokenPipeError:
        # It is gone already; its exit code says why.
        return


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _lines(
    child: subprocess.Popen[bytes], limits: ReaderLimits
) -> Iterator[dict[str, Any]]:
    """The messages of the child, as long as it keeps to the limits and to its form."""
    assert child.stdout is not None  # noqa: S101 - a pipe, for mypy
    # A sign is at most twelve bytes of JSON; a page has some more around it, and a word its place.
    left = limits.characters * 48 + limits.pages * 4096 + (1 << 20)
    while line := child.stdout.readline(left):
        left -= len(line)
        if left <= 0 or not line.endswith(b"\n"):
            return
        yield json.loads(line)
    # The pipe is closed: give it the moment to end by itself.
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        return


def _page(found: dict[str, Any]) -> DocumentPage:
    tables = tuple(tuple(map(tuple, rows)) for rows in found["tables"])
    words = tuple(map(tuple, found["words"]))
    return DocumentPage(found["number"], found["text"], tables, found["ocr"], words)


def _require_end(last: dict[str, Any], code: int) -> None:
    if last.get("is") == "end":
        return
    for reason in REASONS:
        if reason == last.get("reason"):
            raise ExtractionError(reason)
    if code == -signal.SIGKILL:
        # Ours after the time, or the system's when memory ran out: time is by far the likelier.
        raise ExtractionError("time")
    raise ExtractionError(ENDINGS.get(-code, "broken"))


def sentences_of(said: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Notes of a reader as sentences, in the language that is active."""
    return tuple(_note(note) for note in said if note.get("code") in _note_texts())


def _note(note: Mapping[str, Any]) -> str:
    """A note of the child as a sentence."""
    facts = {
        "numbers": ", ".join(map(str, note.get("numbers", ()))),
        "names": ", ".join(f"“{each}”" for each in note.get("names", ())),
    }
    return _note_texts()[note["code"]] % ({**note} | facts)


def _note_texts() -> dict[str, str]:
    return _notes_of_pages() | {
        "parts": _(
            "%(number)s parts of the document are missing or damaged and were left out."
        ),
        "hidden_text": _("Hidden text was left out."),
        "hidden_sheets": _("Hidden sheets were left out: %(names)s."),
        "hidden_rows": _(
            "On sheet “%(name)s” %(number)s cells in hidden rows or columns were left out."
        ),
        "hidden_slides": _(
            "Slides that are hidden in the show were read, too: %(numbers)s."
        ),
        "formulas": _(
            "On sheet “%(name)s” %(number)s formulas have no result in the file. Open it in Excel, save it and upload it."
        ),
        "sheet": _("Sheet “%(name)s” is damaged and was not read to its end."),
        "cells": _("Sheet “%(name)s” is very long: its end was left out."),
        "values": _(
            "Of a binary workbook the values were read, not how its cells show them."
        ),
        "xfa": _(
            "The form can only be shown by Acrobat, so its fields were not read. Print it to PDF and upload that."
        ),
        "attachments": _("Files inside it were not read: %(names)s."),
        "beside": _(
            "Of pages %(numbers)s the text was read, not the words on their pictures."
        ),
        "moving": _("Of a moving picture only the first one was read."),
        "layers": _("Texts on layers that are off or frozen were left out."),
        "old": _(
            "Of a file of the old kind only the words were read. What stands beside them (text boxes, notes, changes) may be missing."
        ),
        "drawing": _("Of a drawing only its words were read, not its lines."),
        "names": _("Of an archive only the names of its files were read."),
    }


def _notes_of_pages() -> dict[str, str]:
    return {
        "pages": _("Only the first %(shown)s of %(total)s pages were read."),
        "characters": _(
            "The text is very long: from page %(number)s of %(total)s on it was left out."
        ),
        "time": _(
            "Time ran out: from page %(number)s of %(total)s on it was left out."
        ),
        "page": _("Page %(number)s is damaged and was left out."),
        "pictures": _(
            "Pages without text that could not be recognised (pictures or scans): %(numbers)s."
        ),
        "blind": _(
            "This server has no text recognition (tesseract), so these scanned pages could not be read: %(numbers)s. Ask IT to install it, or use a document with text."
        ),
    }
