"""Offline analysis of a PDF of 50 pages: the whole way, from the queue to the checked answer.

``python -m benchmarks.analyzer`` on an empty database of its own; prints medians of five.
"""

import os
import statistics
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

PAGES, RUNS, GOAL = 50, 5, 15.0
PAGE = """{n}. Bagian {n}: panel LVMDP-{n} dan SDP {n}
Kontraktor wajib memasok {n} unit panel dengan arus nominal {amps} A dan tegangan 400/230 V AC.
Arus hubung singkat Icw {ka} kA / 1 detik, derajat proteksi IP {ip}, Form 3b sesuai IEC 61439-2.
Busbar utama dibuat dari tembaga elektrolitik, dilapisi timah, dengan penandaan fasa yang jelas.
The contractor shall submit shop drawing number {n} for approval within {n} calendar days.
Pengujian rutin bagian {n} meliputi tahanan isolasi, tegangan tembus dan fungsi interlock.
Pemilik bagian ini adalah PT Graha Medika {n} dengan konsultan PT Cakra Buana {n}.
Penyerahan bagian {n} paling lambat tanggal {day} Maret 2027 di lokasi proyek.
"""


def document() -> bytes:
    """A tender of 50 pages, each with some 40 lines of its own."""
    from tests.papers import pdf

    return pdf([_page(number) for number in range(1, PAGES + 1)])


def _page(number: int) -> str:
    return "\n".join(
        PAGE.format(
            n=number * 10 + part,
            amps=100 * (number + part),
            ka=10 + number,
            ip=41 + part,
            day=1 + number % 28,
        )
        for part in range(5)
    )


def set_up(folder: str) -> None:
    """Settings and an empty database."""
    os.environ |= {
        "SECRET_KEY": "benchmark-0123456789-abcdefghijklmnopqrstuvwxyz",
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "MEDIA_ROOT": f"{folder}/media",
        "DJANGO_SETTINGS_MODULE": "ems.settings",
        "SECURE_SSL": "false",
        "LOG_LEVEL": "ERROR",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def once(content: bytes) -> tuple[float, int, int]:
    """Seconds of one analysis, its words, and how many of its sources are not in the document."""
    from aianalyzer.services import run_analysis, start_analysis
    from core.accounts.models import User

    by, _made = User.objects.get_or_create(username="bench", ext_id=1)
    row = start_analysis(by=by, name="tender.pdf", content=BytesIO(content))
    began = time.perf_counter()
    done = run_analysis(generation_id=row.pk)
    took = time.perf_counter() - began
    assert done is not None
    assert done.state == "done", done.failure
    assert done.page_count == PAGES
    return took, done.word_count, done.not_found_count


def main() -> None:
    """Measure and say whether the goal is met."""
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        content = document()
        runs = [once(content) for _turn in range(RUNS)]
        rss = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    seconds = statistics.median(took for took, _words, _missing in runs)
    words, missing = runs[0][1], runs[0][2]
    load = os.getloadavg()[0]
    print(f"document: {PAGES} pages, {len(content):,} bytes; load {load:.1f}")
    print(f"offline analysis: median {seconds:.2f} s, worst {max(runs)[0]:.2f} s")
    print(
        f"answer: {words} words, {missing} sources not found; worker {int(rss) // 1024} MB"
    )
    sys.exit(0 if seconds <= GOAL and not missing else 1)


if __name__ == "__main__":
    main()
