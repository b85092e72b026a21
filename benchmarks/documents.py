"""The library with many documents, search in their contents, and large files up and down.

    python -m benchmarks.documents lists --database sqlite:////tmp/docs-bench.sqlite3 --rows 100000
    python -m benchmarks.documents lists --database postgres://postgres@127.0.0.1/bench
    python -m benchmarks.documents files --megabytes 200

Lists: medians of 30 calls, and the mean time of the processor, in one process through Django's whole stack without a socket; a tenth of
the documents has a text of 1,000 words, frequent and rare ones. Files: one upload and one download through gunicorn and
``ems.asgi``, against a bare program on the same server (``benchmarks.copying``) that only copies the
body into a file and a file into the body; memory is the most that the server's process held.
"""

import argparse
import hashlib
import http.client
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

from benchmarks.bom import RUNS, measured
from benchmarks.changes import people, set_up
from launcher.processes import FEW_ARENAS

OK = 200
CHUNK = 2000
TOKEN = "benchmark"
WORDS_OF_A_TEXT = 1000
VOCABULARY = 20_000
PIECE = 1 << 18
TRIES = 5
BOUNDARY = b"x-benchmark-boundary"


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("lists", "files"))
    parser.add_argument("--database", default="sqlite:////tmp/docs-bench.sqlite3")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--megabytes", type=int, default=200)
    options = parser.parse_args()
    if options.what == "lists":
        measure_lists(options.database, options.rows)
    else:
        measure_files(options.megabytes)


# --- Lists ------------------------------------------------------------------------


def measure_lists(database: str, rows: int) -> None:
    """Fill once, measure, print one Markdown table."""
    set_up(database)
    from django.db import connection

    people()
    fill(rows)
    print(f"\n{connection.vendor}, {rows:,} documents, {rows // 10:,} with text\n")
    print("| what | median | 95 % | processor | queries |\n|---|---|---|---|---|")
    for name, call in calls().items():
        begun = time.process_time()
        median, late, queries = measured(call)
        spent = (time.process_time() - begun) * 1000 / (RUNS + 2)
        print(
            f"| {name} | {median:.1f} ms | {late:.1f} ms | {spent:.1f} ms | {queries} |"
        )


def fill(count: int) -> None:
    """Bring the tables to ``count`` documents."""
    from django.db import connection

    from supportdocs.models import SupportTable

    dice = random.Random(1)  # noqa: S311
    vocabulary = [word(number) for number in range(VOCABULARY)]
    have = SupportTable.objects.count()
    for first in range(have, count, CHUNK):
        add(range(first, min(first + CHUNK, count)), dice, vocabulary)
        print(f"\r{first:,} of {count:,}", end="", file=sys.stderr)
    if have < count:
        with connection.cursor() as cursor:
            is_postgres = connection.vendor == "postgresql"
            cursor.execute("VACUUM ANALYZE" if is_postgres else "ANALYZE")


def word(number: int) -> str:
    """One of the vocabulary; no word begins another."""
    return f"{number:05d}kata"[::-1]


def add(places: range, dice: random.Random, vocabulary: list[str]) -> None:
    """A chunk of documents, each with its version; every tenth with a text."""
    from django.utils import timezone

    from core.accounts.models import User
    from supportdocs.models import DocumentContent, DocumentVersion, SupportTable

    # As in any language: the hundredth word is a hundred times rarer than the first.
    common = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
    agus, now = User.objects.get(username="agus"), timezone.now()
    documents = SupportTable.objects.bulk_create(
        SupportTable(name=f"Gambar panel {place}", created_by=agus) for place in places
    )
    versions = DocumentVersion.objects.bulk_create(
        DocumentVersion(
            document=document,
            number=1,
            name=f"gambar {document.pk}.pdf",
            stored_name=f"documents/{document.pk:032x}.pdf",
            extension="pdf",
            content_type="application/pdf",
            size=dice.randrange(1 << 24),
            sha256="0" * 64,
            uploaded_by=agus,
            uploaded_at=now,
            text_state=1,
        )
        for document in documents
    )
    for document, version in zip(documents, versions, strict=True):
        document.current = version
    SupportTable.objects.bulk_update(documents, ["current"])
    texts = []
    for document in documents:
        many = WORDS_OF_A_TEXT if document.pk % 10 == 0 else 0
        text = " ".join(dice.choices(vocabulary, cum_weights=common, k=many))
        words = f"gambar panel {document.pk} {text}"
        texts.append(DocumentContent(document=document, text=text, words=words))
    DocumentContent.objects.bulk_create(texts, batch_size=200)


def calls() -> dict[str, Callable[[], object]]:
    from django.test import Client

    from core.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="rina"))

    def page(path: str) -> Callable[[], object]:
        def call() -> object:
            answer = client.get(path)
            assert answer.status_code == OK, path
            return answer

        return call

    return {
        "list page of 50, first": page("/documents/"),
        "list page of 50, last": page("/documents/?page=2000"),
        "list page, largest first": page("/documents/?sort=-size"),
        "list page, largest first, last": page("/documents/?sort=-size&page=2000"),
        "list page, by type": page("/documents/?sort=type"),
        "list page, by name": page("/documents/?sort=name"),
        "list page, one type": page("/documents/?kind=pdf"),
        "search in contents, a rare word": page(f"/documents/?q={word(15_000)}"),
        "search in contents, a common word": page(f"/documents/?q={word(40)}"),
        "search in contents, three words": page(
            f"/documents/?q={word(90)}+{word(300)}+{word(700)}"
        ),
        "search in names": page("/documents/?q=panel+4711"),
        "search that finds every name": page("/documents/?q=gambar"),
        "totals part": page("/documents/totals/"),
        "API, a page of 50": page("/supporttables?limit=50"),
    }


# --- Files ------------------------------------------------------------------------


def measure_files(megabytes: int) -> None:
    """Up and down, ours and the bare copy, turn by turn; print one Markdown table."""
    folder = Path(tempfile.mkdtemp(prefix="docs-bench-", dir="/var/tmp"))
    try:
        payload = folder / "payload.bin"
        write_payload(payload, megabytes)
        found = run_files(folder, payload)
    finally:
        shutil.rmtree(folder)
    print(f"\n{megabytes} MB, best and median of {TRIES}\n")
    print("| what | best | median | MB/s (best) |\n|---|---|---|---|")
    for name, times in found["times"].items():
        best = min(times)
        print(
            f"| {name} | {best:.2f} s | {statistics.median(times):.2f} s"
            f" | {megabytes / best:.0f} |"
        )
    print(f"\nmemory of the server: {found['memory']}")


def write_payload(path: Path, megabytes: int) -> None:
    """A text that no compression makes smaller."""
    dice = random.Random(3)  # noqa: S311
    block = dice.randbytes(1 << 19).hex().encode()
    with path.open("wb") as file:
        for _each in range(megabytes):
            file.write(block)


def run_files(folder: Path, payload: Path) -> dict[str, Any]:
    """Start both servers and measure turn by turn, so that the machine's mood is shared."""
    environment = prepare(folder)
    times: dict[str, list[float]] = {}
    with (
        served("ems.asgi:application", environment) as ours,
        served("benchmarks.copying:application", environment) as bare,
    ):
        warm_up(ours[0])
        quiet = resident(ours[1])
        for _try in range(TRIES):
            for name, seconds in one_round(ours[0], bare[0], payload):
                times.setdefault(name, []).append(seconds)
        most = resident(ours[1], "VmHWM")
        bare_most = resident(bare[1], "VmHWM")
    memory = (
        f"{quiet} MB before, at most {most} MB (+{most - quiet} MB);"
        f" of the bare copy at most {bare_most} MB"
    )
    return {"times": times, "memory": memory}


def warm_up(port: int) -> None:
    """One page: what is loaded by it is no part of what a file costs."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", "/supporttables", headers={"Authorization": f"Bearer {TOKEN}"})
    line.getresponse().read()
    line.close()


def one_round(ours: int, bare: int, payload: Path) -> Iterator[tuple[str, float]]:
    """Each once; downloads from the disk, then from memory."""
    yield "bare copy up", upload(bare, "/", payload, is_form=False)[0]
    yield "bare copy up, synced", upload(bare, "/sync", payload, is_form=False)[0]
    seconds, answer = upload(ours, "/supporttables", payload, is_form=True)
    yield "upload of a document", seconds
    found = re.search(rb'"id":\s*(\d+)', answer)
    assert found, answer[:500]
    path = f"/supporttables/{int(found[1])}/download"
    for file in (payload, *payload.parent.glob("media/documents/*")):
        forget(file)
    for place in ("from disk", "from memory"):
        yield f"bare copy down, {place}", download(bare, "/", payload)
        yield f"download of a document, {place}", download(ours, path, payload)


def forget(path: Path) -> None:
    """Drop a file from the memory of the system."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def prepare(folder: Path) -> dict[str, str]:
    """A database with one person and a token."""
    database = f"sqlite:///{folder}/bench.sqlite3"
    os.environ |= {"MEDIA_ROOT": str(folder / "media"), "DOCUMENT_DAILY_MB": "100000"}
    set_up(database)
    people()
    from datetime import timedelta

    from django.utils import timezone

    from core.accounts.models import ApiToken, User

    ApiToken.objects.create(
        token_sha256=hashlib.sha256(TOKEN.encode()).hexdigest(),
        user=User.objects.get(username="agus"),
        expires_at=timezone.now() + timedelta(hours=1),
    )
    return dict(os.environ) | {
        "ALLOWED_HOSTS": "127.0.0.1",
        "WEB_CONCURRENCY": "1",
        "COPY_FOLDER": str(folder),
    }


@contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Port and process id of the one worker of a gunicorn."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "-b", f"127.0.0.1:{port}"]
    # As our own start has it.
    environment = FEW_ARENAS | environment
    with subprocess.Popen(command, env=environment) as server:
        try:
            until(lambda: is_up(port))
            yield port, worker_of(server.pid)
        finally:
            server.terminate()


def is_up(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(is_true: Callable[[], bool]) -> None:
    """Wait for it, half a minute at most."""
    ends = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < ends
        time.sleep(0.1)


def worker_of(master: int) -> int:
    """The first child of a process."""
    children = Path(f"/proc/{master}/task/{master}/children")
    until(lambda: bool(children.read_text().split()))
    return int(children.read_text().split()[0])


def resident(process: int, which: str = "VmRSS") -> int:
    """MB that a process holds, or has held at most."""
    found = re.search(rf"{which}:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    assert found
    return int(found[1]) // 1024


def upload(
    port: int, path: str, payload: Path, *, is_form: bool
) -> tuple[float, bytes]:
    """Seconds from the first byte to the whole answer."""
    head = (
        b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; '
        b'filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
    )
    tail = b"\r\n--" + BOUNDARY + b"--\r\n"
    if not is_form:
        head = tail = b""
    size = len(head) + payload.stat().st_size + len(tail)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    begun = time.perf_counter()
    line.putrequest("POST", path)
    line.putheader("Authorization", f"Bearer {TOKEN}")
    kind = f"multipart/form-data; boundary={BOUNDARY.decode()}" if is_form else "x/y"
    line.putheader("Content-Type", kind)
    line.putheader("Content-Length", str(size))
    line.endheaders()
    line.send(head)
    with payload.open("rb") as file:
        while piece := file.read(PIECE):
            line.send(piece)
    line.send(tail)
    answer = line.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - begun
    assert answer.status in {OK, 201}, body[:500]
    line.close()
    return seconds, body


def download(port: int, path: str, payload: Path) -> float:
    """Seconds from the question to the last byte."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    begun, size = time.perf_counter(), 0
    line.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}"})
    answer = line.getresponse()
    while piece := answer.read(PIECE):
        size += len(piece)
    seconds = time.perf_counter() - begun
    assert size == payload.stat().st_size
    line.close()
    return seconds


if __name__ == "__main__":
    main()
