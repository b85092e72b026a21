"""Damaged files of every kind, each read in a process of its own: no crash, no hang, and nothing lost without a note.

    python -m benchmarks.damaged [--count 5000] [--kinds docx pdf …] [--sabotage crash|silence]

Every second office file is damaged inside one of its parts only, so that the rest can be read. A crash is a process that a signal ends (the worker would say "damaged" and go on; PDFium or Pillow would have been at
fault all the same). A lost part: an office file one of whose parts is not whole any more, that is read without a word
of the part and without a note. ``--sabotage`` plants one of either, and the command must then fail.
"""

import argparse
import io
import json
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from core.documents import reader_process
from core.documents.model import ReaderLimits, ReadError
from core.documents.output import ReaderOutput
from core.documents.readers import packages, pictures
from core.documents.tests.corpus import KINDS
from core.documents.tests.test_damaged import GOOD, damaged

SECONDS = 20
PACKAGES = {"docx", "pptx", "xlsx"}
LIMITS = ReaderLimits(seconds=SECONDS, characters=100_000)


def read_apart(path: Path, kind: str, sabotage: str) -> tuple[str, dict[str, Any]]:
    """How a process of its own ended, and what it said."""
    receiver, sender = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiver)
        _child(path, kind, sender, sabotage)
    os.close(sender)
    with os.fdopen(receiver, "rb") as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"signal {signal.Signals(os.WTERMSIG(status)).name}", {}
    return "ended", json.loads(said)


def _child(path: Path, kind: str, sender: int, sabotage: str) -> None:
    """Read, say what came, and end without cleaning up after the parent."""
    signal.alarm(SECONDS)
    lines: list[dict[str, Any]] = []
    output = ReaderOutput(LIMITS, lines.append)
    pictures.recognise = lambda *_: pictures.Recognised("")
    end = "read"
    try:
        reader_process.read(path, kind, output)
    except ReadError as error:
        end = error.reason
    except Exception as error:  # noqa: BLE001 - the reading process says "broken" for it
        end = f"broken {type(error).__name__}"
    if sabotage == "crash":
        os.abort()
    text = "\n".join(line["page"]["text"] for line in lines)
    notes = [] if sabotage == "silence" else [note["code"] for note in output.notes]
    os.write(sender, json.dumps({"end": end, "text": text, "notes": notes}).encode())
    os._exit(0)


def lost_parts(content: bytes) -> list[str]:
    """Parts of a package that no longer unpack, or are no XML any more."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return [name for name in package.namelist() if not _is_whole(package, name)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


def _is_whole(package: zipfile.ZipFile, name: str) -> bool:
    try:
        data = package.read(name)
        if name.endswith((".xml", ".rels")):
            etree.fromstring(data, packages.parser())
    except Exception:  # noqa: BLE001 - a damaged package raises many things
        return False
    return True


def is_silent_loss(content: bytes, said: dict[str, Any], words: set[str]) -> bool:
    """Whether words are gone with a part, and nobody says so."""
    if said["end"] != "read" or said["notes"]:
        return False
    is_short = bool(words - set(said["text"].split()))
    return is_short and bool(lost_parts(content))


def files(kind: str, count: int) -> Iterator[tuple[bytes, bool]]:
    """The damaged files: anywhere, and of office files every second one (told) inside a part."""
    anywhere = damaged(kind, count)
    if kind not in PACKAGES:
        yield from ((content, False) for content in anywhere)
        return
    dice, good = random.Random(kind), whole(kind)  # noqa: S311 - repeatable, not secret
    for number, content in enumerate(anywhere):
        is_inside = number % 2 == 0
        yield (_with_a_bad_part(good, dice) if is_inside else content), is_inside


def whole(kind: str) -> bytes:
    """The file that is damaged: of office files one with many parts."""
    if kind not in PACKAGES:
        return GOOD[kind]
    return KINDS[kind](random.Random(kind))[0]  # noqa: S311


def _with_a_bad_part(good: bytes, dice: random.Random) -> bytes:
    """The package with other letters in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        names = [name for name in package.namelist() if name.endswith(".xml")]
        bad = dice.choice(names)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for name in package.namelist():
                data = bytearray(package.read(name))
                for _hit in range(dice.choice((1, 3, 20)) if name == bad else 0):
                    data[dice.randrange(len(data))] = dice.randrange(32, 127)
                new.writestr(name, bytes(data))
    return out.getvalue()


def run(kind: str, count: int, sabotage: str) -> tuple[Counter[str], float]:
    """How so many files of a kind ended, and how long it took."""
    ends: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a"
        path.write_bytes(whole(kind))
        words = set(read_apart(path, kind, "")[1]["text"].split())
        for content, is_inside in files(kind, count):
            path.write_bytes(content)
            how, said = read_apart(path, kind, sabotage)
            if how != "ended":
                ends[how] += 1
                continue
            ends[str(said["end"]).partition(" ")[0]] += 1
            ends["silent"] += is_inside and is_silent_loss(content, said, words)
    return ends, time.monotonic() - began


def main() -> None:
    """Print a line for each kind, and fail for a crash, a hang or a loss that nobody says."""
    given = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given.add_argument("--count", type=int, default=5000)
    given.add_argument("--kinds", nargs="*", choices=sorted(GOOD), default=list(GOOD))
    given.add_argument("--sabotage", choices=("crash", "silence"), default="")
    asked = given.parse_args()
    is_good = True
    print(
        "| kind | files | read | refused with a reason | crashes | lost without a note | s |"
    )
    print("|---|---|---|---|---|---|---|")
    for kind in asked.kinds:
        ends, seconds = run(kind, asked.count, asked.sabotage)
        crashes = sum(many for how, many in ends.items() if how.startswith("signal"))
        silent, read = ends.pop("silent", 0), ends["read"]
        refused = asked.count - read - crashes
        is_good &= not crashes and not silent
        print(
            f"| {kind} | {asked.count} | {read} | {refused} | {crashes} | {silent} | {seconds:.0f} |",
            flush=True,
        )
        print(f"  {kind}: {dict(ends)}", file=sys.stderr)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
