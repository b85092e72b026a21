"""How much of what other programs find our readers find, and whether they make words up.

    python -m benchmarks.reading [FOLDER] [--of-each N] [--sabotage]

FOLDER: documents of your own; without it the corpus that the tests make (``core/documents/tests/corpus.py``), N files of each
kind. Compared with LibreOffice (Word, Excel, PowerPoint and their old kinds, printed to PDF), pdftotext (PDF) and
tesseract alone (pictures), as far as they are installed; a text, a drawing and a mail with what was written into them.
A word is a run of letters and figures in either letter case. "found": of the words of the other program those that ours has, as
often as they stand there. "invented": words of ours that neither the other program has nor anybody wrote; of a
folder of your own, where that is not known, words that only ours has. ``--sabotage`` glues the words of each line
together: the command must then fail.
"""

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.documents import reader_process
from core.documents.model import PICTURES, ReaderLimits, ReadError
from core.documents.output import ReaderOutput
from core.documents.tests.corpus import corpus

WORD = re.compile(r"\w+")
PRINTED = {"docx", "doc", "rtf", "xlsx", "xls", "pptx", "ppt"}
# Compared with what was written into them: no other program shows their words.
WRITTEN = {"txt", "csv", "dxf", "eml"}
OLD = {"docx": ("doc", "rtf"), "xlsx": ("xls",), "pptx": ("ppt",)}
GOAL = 0.99
OF_EACH = 6


def words(text: str) -> Counter[str]:
    """Words of a text, in one form and letter case."""
    return Counter(WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def ours(path: Path) -> str:
    """What our reader hands over."""
    said: list[dict[str, dict[str, str]]] = []
    output = ReaderOutput(ReaderLimits(seconds=300), said.append)
    try:
        reader_process.read(path, path.suffix[1:].lower(), output)
    except ReadError as error:
        print(f"  {path.name}: {error.reason}", file=sys.stderr)
    return "\n".join(line["page"]["text"] for line in said)


def theirs(path: Path, folder: Path) -> str | None:
    """What the other program finds; None where it is not installed or has no answer."""
    kind = path.suffix[1:].lower()
    if kind == "pdf":
        return _said("pdftotext", "-layout", str(path), "-")
    if kind in PICTURES:
        return _said("tesseract", str(path), "-", "-l", "ind+eng")
    if kind in PRINTED:
        made = _converted(path, folder, "pdf")
        return _said("pdftotext", "-layout", str(made), "-") if made else None
    return None


def _said(program: str, *given: str) -> str | None:
    place = shutil.which(program)
    if place is None:
        return None
    ended = subprocess.run([place, *given], capture_output=True, timeout=120, check=False)  # fmt: skip
    return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else None


def _converted(path: Path, folder: Path, ending: str) -> Path | None:
    place = shutil.which("soffice")
    if place is None:
        return None
    given = ["--headless", "--convert-to", ending, "--outdir", str(folder), str(path)]
    subprocess.run([place, *given], capture_output=True, timeout=180, check=False)
    made = folder / f"{path.stem}.{ending}"
    return made if made.exists() else None


def written(folder: Path, of_each: int) -> dict[str, str]:
    """Write the corpus, with the old kinds of its files; what was written, by name."""
    known: dict[str, str] = {}
    for name, content, text in corpus(of_each):
        (folder / name).write_bytes(content)
        known[name] = text
        stem, _, kind = name.rpartition(".")
        for old in OLD.get(kind, ()):
            if _converted(folder / name, folder, old):
                known[f"{stem}.{old}"] = text
    return known


def compared(
    folder: Path, known: dict[str, str], *, is_sabotaged: bool
) -> Iterator[tuple[str, int, int, int, int]]:
    """Per kind: files, words of the other program, those found, invented ones."""
    sums: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as place:
        for path in sorted(folder.iterdir()):
            text = known.get(path.name)
            reference = theirs(path, Path(place)) if path.is_file() else None
            if reference is None and path.suffix[1:].lower() in WRITTEN:
                reference = text
            if reference is None:
                print(
                    f"  {path.name}: no program here to compare with", file=sys.stderr
                )
                continue
            read = ours(path)
            read = read.replace(" ", "") if is_sabotaged else read
            expected, found = words(reference), words(read)
            missed, more = (
                expected - found,
                set(found) - set(expected) - set(words(text or "")),
            )
            hit = (expected & found).total()
            row = sums.setdefault(path.suffix[1:].lower(), [0, 0, 0, 0])
            for at, number in enumerate((1, expected.total(), hit, len(more))):
                row[at] += number
            if missed or more:
                print(
                    f"  {path.name}: not found {dict(missed)}, invented {more}",
                    file=sys.stderr,
                )
    for kind, (files, total, hit, invented) in sums.items():
        yield kind, files, total, hit, invented


def main() -> None:
    """Print a table, and fail below the goal; what differs goes to the standard error, file by file."""
    given = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given.add_argument("folder", nargs="?", type=Path)
    given.add_argument("--of-each", type=int, default=OF_EACH)
    given.add_argument("--sabotage", action="store_true")
    asked = given.parse_args()
    random.seed(0)
    is_met = True
    with tempfile.TemporaryDirectory() as own:
        folder, known = asked.folder, {}
        if folder is None:
            folder = Path(own)
            known = written(folder, asked.of_each)
        print("| kind | files | words of the other program | found | invented |\n|---|---|---|---|---|")  # fmt: skip
        for kind, files, total, hit, invented in compared(folder, known, is_sabotaged=asked.sabotage):  # fmt: skip
            share = hit / max(total, 1)
            is_met &= share >= GOAL and not invented
            print(f"| {kind} | {files} | {total} | {100 * share:.1f} % | {invented} |", flush=True)  # fmt: skip
    sys.exit(0 if is_met else 1)


if __name__ == "__main__":
    main()
