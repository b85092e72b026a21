"""How much of what other programs find our readers find: share of words per kind of file.

    python -m benchmarks.reading [FOLDER]

FOLDER: documents of your own; without it the corpus that the tests make is used. Compared with LibreOffice
(Word, Excel, PowerPoint and their old kinds), pdftotext (PDF) and tesseract alone (pictures), as far as they are
installed. A word is a run of letters and figures in either letter case. "found": of the words of the other program
those that ours has, as often as they stand there; "only ours": words that it has not and we have (text boxes,
comments and numbers that the export of LibreOffice leaves out count here, and so would an invented word).
"""

import argparse
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
from core.documents.tests import office
from tests import papers

WORD = re.compile(r"\w+")
OFFICE = {"docx": "txt:Text", "doc": "txt:Text", "rtf": "txt:Text"}
BY_PDF = {"xlsx", "xls", "pptx", "ppt"}
OLD = {"docx": ("doc", "rtf"), "xlsx": ("xls",), "pptx": ("ppt",)}


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
    if kind in OFFICE:
        made = _converted(path, folder, OFFICE[kind], "txt")
        return made.read_text("utf-8-sig") if made else None
    if kind in BY_PDF:
        made = _converted(path, folder, "pdf", "pdf")
        return _said("pdftotext", "-layout", str(made), "-") if made else None
    return None


def _said(program: str, *given: str) -> str | None:
    place = shutil.which(program)
    if place is None:
        return None
    asked = [place, *given]
    ended = subprocess.run(asked, capture_output=True, timeout=120, check=False)  # noqa: S603
    return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else None


def _converted(path: Path, folder: Path, form: str, ending: str) -> Path | None:
    place = shutil.which("soffice")
    if place is None:
        return None
    given = [
        place,
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(given, capture_output=True, timeout=180, check=False)  # noqa: S603
    made = folder / f"{path.stem}.{ending}"
    return made if made.exists() else None


def corpus(folder: Path) -> None:
    """The files of the tests, of which other programs open every one, and their old kinds."""
    rows = [
        ["No", "Uraian", "Nilai"],
        ["1", "Arus pengenal", "2500 A"],
        ["2", "Icw", "50 kA / 1 s"],
    ]
    text = [
        "Spesifikasi panel LVMDP",
        "Busbar tembaga 4000 A, IEC 61439-2, IP 42",
        "Größe und Prüfung",
    ]
    made = {
        "prose.docx": papers.word([*text, "", "Halaman dua"], rows),
        "titles.pptx": papers.slides(text, rows),
        "rows.xlsx": papers.workbook({"BOM": rows, "Daya": [["kW", 2.5], ["cos phi", 0.85], ["Jumlah", 12]]}),
        "page.pdf": papers.pdf(["\n".join(text[:2]), [(50.0 + 150 * c, 700.0 - 20 * r, each) for r, row in enumerate(rows) for c, each in enumerate(row)]]),
        "scan.png": papers.png("PANEL LVMDP\nARUS 2500\nTEGANGAN 400"),
        "photo.jpg": papers.jpg("BUSBAR TEMBAGA\nFREKUENSI 50"),
        "changed.docx": tracked(),
    }  # fmt: skip
    for name, content in made.items():
        (folder / name).write_bytes(content)
        stem, _, kind = name.rpartition(".")
        for old in OLD.get(kind, ()):
            _converted(folder / f"{stem}.{kind}", folder, old, old)


def tracked() -> bytes:
    """A Word file as Word writes it, with changes and a cell of two lines in it."""
    body = (
        office.para("Icw ", f'<w:ins w:id="1" w:author="A">{office.run("65 kA")}</w:ins>', " pada 400 V")
        + office.table(("Arus", office.para("<w:r><w:t>10</w:t><w:br/><w:t>20 kA</w:t></w:r>")))
    )  # fmt: skip
    whole = papers.word(["x"])
    return papers.package(
        {
            "word/document.xml": f"<w:document {office.NAMES}><w:body>{body}</w:body></w:document>".encode()
        },
        whole,
    )


def compared(folder: Path) -> Iterator[tuple[str, int, int, int, int]]:
    """Per kind: files, words of the other program, those found, words that only ours has."""
    sums: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as place:
        for path in sorted(folder.iterdir()):
            reference = theirs(path, Path(place)) if path.is_file() else None
            if reference is None:
                continue
            expected, found = words(reference), words(ours(path))
            row = sums.setdefault(path.suffix[1:].lower(), [0, 0, 0, 0])
            only = found - expected
            for at, number in enumerate(
                (1, expected.total(), (expected & found).total(), only.total())
            ):
                row[at] += number
            missed = expected - found
            if missed or only:
                print(
                    f"  {path.name}: not found {dict(missed)}, only ours {dict(only)}",
                    file=sys.stderr,
                )
    for kind, (files, total, hit, only_ours) in sums.items():
        yield kind, files, total, hit, only_ours


def main() -> None:
    """Print a table; what differs goes to the standard error, file by file."""
    given = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    given.add_argument("folder", nargs="?", type=Path)
    folder = given.parse_args().folder
    with tempfile.TemporaryDirectory() as own:
        if folder is None:
            folder = Path(own)
            corpus(folder)
        print(
            "| kind | files | words of the other program | found | only ours |\n|---|---|---|---|---|"
        )
        for kind, files, total, hit, only in compared(folder):
            print(
                f"| {kind} | {files} | {total} | {100 * hit / max(total, 1):.1f} % | {only} |"
            )


if __name__ == "__main__":
    main()
